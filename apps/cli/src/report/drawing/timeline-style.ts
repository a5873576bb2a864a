/** The look of what only the picture of a shutdown has. */
export const TIMELINE_STYLE = `
:root { --lame-duck: #b7791f; --draining: #2b7fb8; --closing: #6a5acd; --other: #7b8794; }
@media (prefers-color-scheme: dark) {
  :root { --lame-duck: #d9a62e; --draining: #58a6dc; --closing: #9b8cf0; --other: #8b98a8; }
}
.lanes h3 { margin: 18px 0 4px; color: var(--soft); font-size: 13px; }
.lanes ol, .plain { list-style: none; margin: 0; padding: 0; }
.lane { display: grid; grid-template-columns: minmax(110px, 250px) minmax(0, 1fr) minmax(120px, 270px); gap: 2px 14px; align-items: center; padding: 4px 0; border-top: 1px solid var(--line); font-size: 13px; }
.lane .name { overflow-wrap: anywhere; font-weight: 500; }
.lane .place { color: var(--soft); font-weight: 400; font-size: 12px; display: block; }
.lane .words { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.lane .words.bad { color: var(--bad); font-weight: 600; }
.lane .error { grid-column: 1 / -1; color: var(--bad); overflow-wrap: anywhere; font-size: 12px; }
.lane svg { display: block; width: 100%; height: 14px; overflow: visible; }
.axis { border-top: 0; }
.axis svg { height: 18px; }
.axis text { fill: var(--soft); font-size: 11px; }
.rule { stroke: var(--line); stroke-width: 1; }
.deadline { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 3 2; }
.axis .deadline-name { fill: var(--bad); font-weight: 600; }
.bar-lame-duck { fill: var(--lame-duck); } .bar-draining { fill: var(--draining); } .bar-closing { fill: var(--closing); }
.bar-other { fill: var(--other); } .bar-good { fill: var(--ready); } .bar-bad { fill: var(--bad); }
.plain li { padding: 5px 0; border-top: 1px solid var(--line); font-size: 13px; overflow-wrap: anywhere; }
.plain li:first-child { border-top: 0; }
.card.trouble { border-left: 4px solid var(--bad); }
@media (max-width: 700px) {
  .lane { grid-template-columns: minmax(0, 1fr) auto; }
  .lane .picture { grid-column: 1 / -1; grid-row: 2; } .lane .words { text-align: right; max-width: 48vw; }
  .axis .name, .axis .words { display: none; }
}
`;
