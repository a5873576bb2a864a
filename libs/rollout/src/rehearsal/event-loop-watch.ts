import { type Timeline } from '../events/rollout-event.js';

const PERIOD_MS = 50;
/** A shorter one changes no verdict. */
const SHORTEST_MS = 100;

/** Records when the rehearsing process itself stood still: its clients and probes were late by then. */
export function watchEventLoop(timeline: Timeline): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const ms = now - last - PERIOD_MS;
    last = now;
    if (ms >= SHORTEST_MS) timeline.record({ type: 'event-loop-lagged', ms });
  }, PERIOD_MS);
  return () => clearInterval(timer);
}
