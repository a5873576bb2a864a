import { type Clock } from '../deadline/clock.js';
import { type EventStream } from '../events/event-stream.js';
import { type Phase } from '../phase/phase.js';

/** The first line after a second, so that quick shutdowns print none; then often enough to see progress. */
const FIRST_MS = 1000;
const NEXT_MS = 5000;
/** How many names a progress line shows. */
const MOST_NAMES = 5;

/** Calls `tick` again and again until its undo is called. Returns the undo. */
export function startProgressTicker(clock: Clock, tick: () => void): () => void {
  let cancel = clock.after(FIRST_MS, function again() {
    tick();
    cancel = clock.after(NEXT_MS, again);
  });
  return () => cancel();
}

/** How far a shutdown has come. */
interface Progress {
  readonly phase: Phase;
  readonly elapsedMs: number;
  readonly remainingMs: number;
  /** The names of what is being waited for. */
  readonly names: readonly string[];
}

/** Emits how far the shutdown has come, if something is being waited for. */
export function reportProgress(events: EventStream, { names, ...progress }: Progress): void {
  if (names.length === 0) return;
  events.emit({ type: 'progressed', ...progress, waitingFor: names.slice(0, MOST_NAMES), total: names.length });
}
