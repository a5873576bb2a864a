/** The look of pages: cards, tiles, tables. It says nothing by colour alone, and follows the reader's choice of light or dark. */
export const PAGE_STYLE = `
:root {
  --page: #f6f7f9; --card: #ffffff; --line: #e3e6eb; --ink: #17202b; --soft: #5b6675; --faint: #eef1f5;
  --good: #0a7d55; --good-soft: #e3f5ed; --bad: #c2302b; --bad-soft: #fdeceb; --warn: #9a6200; --warn-soft: #fdf3df;
  --ready: #35a37b; --accent: #2f6fd6; --shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 4px 16px rgb(16 24 40 / 4%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1319; --card: #161d26; --line: #2a3441; --ink: #e7ecf3; --soft: #9aa7b8; --faint: #1e2732;
    --good: #4cc795; --good-soft: #12322a; --bad: #ff7b72; --bad-soft: #3a1a1c; --warn: #e8b04a; --warn-soft: #35290f;
    --accent: #6aa5ff; --shadow: none;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 28px 20px 60px; display: grid; gap: 18px; grid-template-columns: minmax(0, 1fr); }
h1, h2, h3, p, dl, dd, ul { margin: 0; }
h1, .banner h2 { font-size: clamp(21px, 3.4vw, 30px); line-height: 1.2; letter-spacing: -0.015em; }
h2 { font-size: 17px; letter-spacing: -0.005em; margin-bottom: 14px; }
h3 { font-size: 15px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; box-shadow: var(--shadow); min-width: 0; }
.meta, .run { color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.run { text-transform: uppercase; letter-spacing: 0.06em; font-size: 11px; font-weight: 600; }
.banner { display: flex; gap: 18px; align-items: center; padding: 22px; border-radius: 12px; border: 1px solid; }
.banner h2 { margin: 0; }
.banner.good { background: var(--good-soft); border-color: color-mix(in srgb, var(--good) 30%, transparent); }
.banner.bad { background: var(--bad-soft); border-color: color-mix(in srgb, var(--bad) 30%, transparent); }
.sign { flex: none; width: 46px; height: 46px; border-radius: 50%; display: grid; place-items: center; font-size: 23px; font-weight: 700; color: var(--card); }
.good .sign { background: var(--good); }
.bad .sign { background: var(--bad); }
strong.bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.tile { background: var(--card); padding: 13px 16px; }
.tile dt { color: var(--soft); font-size: 12px; }
.tile dd { font-size: 18px; font-weight: 600; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; }
.tile.bad dd { color: var(--bad); }
.chip { font-size: 12px; font-weight: 600; padding: 1px 9px; border-radius: 99px; background: var(--bad-soft); color: var(--bad); white-space: nowrap; }
pre { margin: 0; padding: 11px 14px; border-radius: 8px; background: var(--faint); font: 12.5px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 6px 0 14px; color: var(--soft); font-size: 12px; }
.legend li::before { content: ''; display: inline-block; width: 12px; height: 9px; border-radius: 2px; margin-right: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 12px; white-space: nowrap; }
th, td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
.meter { display: inline-block; width: 60px; height: 8px; vertical-align: 0; }
.track { fill: var(--line); } .fill { fill: var(--ready); } .meter.bad .fill { fill: var(--bad); }
summary { cursor: pointer; color: var(--soft); font-size: 13px; margin-bottom: 8px; }
.settings { display: grid; gap: 7px; }
.settings div { display: grid; grid-template-columns: 140px minmax(0, 1fr); gap: 14px; }
.settings dt { color: var(--soft); } .settings dd { overflow-wrap: anywhere; }
.settings + h3 { margin: 18px 0 8px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 800px) { .tiles { grid-template-columns: 1fr 1fr; } }
@media (max-width: 560px) {
  main { padding: 14px 10px 40px; } .card { padding: 16px 14px; border-radius: 10px; } .banner { padding: 16px 14px; gap: 12px; }
  .sign { width: 36px; height: 36px; font-size: 18px; } .tile { padding: 11px 12px; } .tile dd { font-size: 15px; }
  .settings div { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
@media print { body { background: #ffffff; } .card { box-shadow: none; break-inside: avoid; } }
`;
