/** The look of what only the report of a rehearsal has. */
export const STYLE = `
:root { --starting: #aab6c5; --not-ready: #d9a62e; --pre-stop: #9b7fd4; --terminating: #e0803a; --own: #4d7fd0; --on-phase: #0d1620; }
@media (prefers-color-scheme: dark) {
  :root { --starting: #5c6b7e; --not-ready: #c9982a; --own: #6c9bea; }
}
.banner.accepted { background: var(--warn-soft); border-color: color-mix(in srgb, var(--warn) 30%, transparent); }
.accepted .sign { background: var(--warn); }
main:has(.columns) { max-width: 1520px; }
.fault { border-left: 4px solid var(--bad); padding: 2px 0 2px 16px; display: grid; gap: 8px; grid-template-columns: minmax(0, 1fr); }
.fault + .fault { margin-top: 24px; }
.fault.warning { border-color: var(--warn); }
.fault p { overflow-wrap: anywhere; }
.fault header { display: flex; gap: 10px; align-items: baseline; flex-wrap: wrap; }
.warning .chip { background: var(--warn-soft); color: var(--warn); }
svg { display: block; font-size: 12px; }
svg.wide { width: 100%; min-width: 760px; }
svg.half { width: 100%; min-width: 560px; }
svg text { fill: var(--ink); }
svg .tick, svg .key, svg .hint { fill: var(--soft); font-size: 11px; }
.grid { stroke: var(--line); stroke-width: 1; }
.pod { font-weight: 600; }
.phase text { fill: var(--on-phase); font-size: 11px; font-weight: 500; }
.starting rect { fill: var(--starting); } .ready rect { fill: var(--ready); } .not-ready rect { fill: var(--not-ready); }
.pre-stop rect { fill: var(--pre-stop); } .terminating rect { fill: var(--terminating); }
.service-phase rect { fill: var(--own); }
.service-phase text { font-size: 9px; fill: var(--soft); }
.service-phase + .service-phase rect { opacity: 0.6; }
.signal line { stroke: var(--ink); stroke-width: 2; }
circle.exit { fill: var(--card); stroke: var(--ink); stroke-width: 2; }
circle.killed { fill: var(--bad); stroke: var(--ink); stroke-width: 2; }
.milestone line { stroke: var(--soft); stroke-dasharray: 3 4; }
.milestone text { fill: var(--soft); font-size: 11px; }
.milestone.chaos line { stroke: var(--warn); } .milestone.chaos text { fill: var(--warn); }
.loss { cursor: pointer; outline: none; }
.loss path { fill: var(--bad); stroke: var(--card); stroke-width: 1; }
.loss .target { fill: transparent; }
.loss .caption { visibility: hidden; }
.loss:hover .caption, .loss:focus .caption { visibility: visible; }
.loss:hover path, .loss:focus path { stroke: var(--ink); stroke-width: 2; }
.caption rect { fill: var(--bad-soft); } .caption text { fill: var(--bad); font-weight: 500; }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.ready-line { stroke: var(--ready); } .flight-line { stroke: var(--accent); } .p99-line { stroke: var(--terminating); } .p50-line { stroke: var(--accent); stroke-dasharray: 5 3; }
.area { stroke: none; opacity: 0.14; } .area.ready-line { fill: var(--ready); } .area.flight-line { fill: var(--accent); }
.outlier { fill: none; stroke: var(--pre-stop); stroke-width: 1.4; }
.sign-starting::before { background: var(--starting); } .sign-ready::before { background: var(--ready); } .sign-not-ready::before { background: var(--not-ready); }
.sign-pre-stop::before { background: var(--pre-stop); } .sign-terminating::before { background: var(--terminating); }
.legend .sign-signal::before { width: 2px; height: 12px; background: var(--ink); border-radius: 0; }
.legend .sign-exit::before, .legend .sign-killed::before { width: 10px; height: 10px; border-radius: 50%; border: 2px solid var(--ink); }
.sign-killed::before { background: var(--bad); }
.legend .sign-lost::before { width: 8px; height: 8px; background: var(--bad); transform: rotate(45deg); border-radius: 0; }
.detail { display: inline-block; white-space: normal; min-width: 180px; overflow-wrap: anywhere; color: var(--soft); }
.cause { font-weight: 600; }
.compare table { table-layout: fixed; min-width: 480px; } .compare th, .compare td { white-space: normal; overflow-wrap: anywhere; } .compare .scroll + .scroll { margin-top: 22px; }
.columns { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); align-items: start; }
.column { display: grid; gap: 18px; min-width: 0; grid-template-columns: minmax(0, 1fr); }
.loss:focus-visible { outline: none; }
`;
