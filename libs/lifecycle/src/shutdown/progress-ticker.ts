import { type Clock } from '../deadline/clock.js';

/** The first word after a second, so that quick shutdowns stay quiet; then often enough to see it move. */
const FIRST_MS = 1000;
const NEXT_MS = 5000;

/** Calls `tick` at a sensible interval while something is being waited for. */
export class ProgressTicker {
  #cancel: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly tick: () => void,
  ) {}

  /** Returns its undo. */
  start(): () => void {
    this.#schedule(FIRST_MS);
    return () => this.#cancel();
  }

  #schedule(ms: number): void {
    this.#cancel = this.clock.after(ms, () => {
      this.tick();
      this.#schedule(NEXT_MS);
    });
  }
}
