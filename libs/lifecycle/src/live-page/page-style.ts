/** The look of the page: light or dark as the reader has chosen, and nothing is said by colour alone. */
export const PAGE_STYLE = `
:root {
  --page: #f6f7f9; --card: #ffffff; --line: #dfe3e9; --ink: #17202b; --soft: #566170; --good: #0a7d55; --bad: #b92823; --accent: #2f6fd6;
  --on-accent: #ffffff; --track: #dfe3e9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1319; --card: #161d26; --line: #2a3441; --ink: #e7ecf3; --soft: #9aa7b8; --good: #4cc795; --bad: #ff8a82; --accent: #6aa5ff;
    --on-accent: #0b1118; --track: #2a3441;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 24px 18px 48px; display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); }
h1, h2, p, ol, ul { margin: 0; padding: 0; }
h1 { font-size: clamp(20px, 3.4vw, 27px); line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin-bottom: 8px; }
header { display: flex; flex-wrap: wrap; gap: 12px 20px; justify-content: space-between; align-items: flex-start; }
.soft, .count { color: var(--soft); font-size: 13px; font-weight: 400; }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; min-width: 0; }
button { font: inherit; font-size: 14px; padding: 6px 14px; min-height: 34px; border-radius: 8px; border: 1px solid var(--soft); background: var(--card); color: var(--ink); cursor: pointer; }
button[aria-pressed='true'] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
#said { min-height: 1.5em; font-weight: 600; overflow-wrap: anywhere; }
#phases { list-style: none; display: flex; flex-wrap: wrap; gap: 6px; }
#phases li { padding: 3px 12px; border-radius: 99px; border: 1px solid var(--line); color: var(--soft); font-size: 14px; }
#phases li[data-is='past']::before { content: '✓ ' / 'past: '; }
#phases li[aria-current] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
progress { width: 100%; height: 14px; appearance: none; border: 0; border-radius: 7px; overflow: hidden; background: var(--track); display: block; margin-bottom: 6px; }
progress::-webkit-progress-bar { background: var(--track); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
progress.low::-webkit-progress-value { background: var(--bad); }
progress.low::-moz-progress-bar { background: var(--bad); }
#budget-text { font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; max-height: 420px; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; white-space: nowrap; position: sticky; top: 0; background: var(--card); }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
td { white-space: nowrap; }
tbody th { position: static; color: var(--ink); font-size: 14px; white-space: normal; min-width: 150px; overflow-wrap: anywhere; }
td.none { color: var(--soft); }
#waiting { padding-left: 18px; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 560px) { main { padding: 14px 10px 32px; } .card { padding: 12px; } }
`;
