import { type Clock } from '../deadline/clock.js';

/** The first word after a second, so that quick shutdowns stay quiet; then often enough to see it move. */
const FIRST_MS = 1000;
const NEXT_MS = 5000;

/** Calls `tick` at a sensible interval while something is being waited for. Returns its undo. */
export function startProgressTicker(clock: Clock, tick: () => void): () => void {
  let cancel = clock.after(FIRST_MS, function again() {
    tick();
    cancel = clock.after(NEXT_MS, again);
  });
  return () => cancel();
}
