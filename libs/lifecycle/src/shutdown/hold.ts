import { type Clock, LONGEST_TIMER_MS } from '../deadline/clock.js';
import { deferred } from '../deadline/deferred.js';

/** The wait behind a drain that was asked for alone: until a signal, `app.close()` or `shutdown()` comes. */
export class Hold {
  readonly #released = deferred();
  #isReleased = false;
  #heldSince: number | undefined;

  constructor(private readonly clock: Clock) {}

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** How long it has held so far. */
  get heldMs(): number {
    return this.#heldSince === undefined ? 0 : this.clock.now() - this.#heldSince;
  }

  /** Whether the drain is over, and the end has not been asked for yet. */
  get isHolding(): boolean {
    return this.#heldSince !== undefined && !this.#isReleased;
  }

  release(): void {
    this.#isReleased = true;
    this.#released.resolve();
  }

  /** Resolves once it is released. Nothing else may keep the process alive by then, so this does. */
  async wait(): Promise<void> {
    if (this.#isReleased) return;
    this.#heldSince = this.clock.now();
    let cancel = (): void => undefined;
    const keepAlive = (): void => {
      cancel = this.clock.after(LONGEST_TIMER_MS, keepAlive);
    };
    keepAlive();
    await this.#released.promise;
    cancel();
  }
}
