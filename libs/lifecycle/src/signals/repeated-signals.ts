import { type Clock, nextTurn } from '../deadline/clock.js';
import { isEmittedByCode, OwnKills } from './raised-inside.js';
import { isWrapped, processGroup } from './wrapped-process.js';

/** What else comes within this time of the first signal is the same one, whatever its name. */
export const GUARD_MS = 500;
/**
 * The same where another program started this one. npm, pnpm, yarn, nodemon, concurrently, turbo and tsx, on a machine five
 * times overloaded, passed a signal on within 300 ms.
 */
export const WRAPPED_GUARD_MS = 1000;

/** The guard of this process, as it was started. */
export function guardHere(): number {
  return isWrapped(process.env, processGroup()) ? WRAPPED_GUARD_MS : GUARD_MS;
}

/**
 * Tells a second signal that was meant from one that was not. Code of this process that raises the signal again never
 * asks for an end at once. A signal from outside does when the first is longer ago than wrappers take to pass it on.
 */
export class RepeatedSignals {
  readonly #kills = new OwnKills();
  #isArriving = false;
  /** The shutdown that is watched. */
  #watch: { isGuarded: boolean } | undefined;

  /** `onRaise` is called when this process is about to send itself a signal during the shutdown. */
  constructor(
    private readonly parts: { readonly clock: Clock; readonly guardMs: () => number },
    private readonly onRaise: (signal: NodeJS.Signals) => void,
  ) {}

  /** The first signal has come, in this turn of the event loop. */
  begin(): void {
    // Asked for the first one too: that is how an unknown Node shows what a signal looks like.
    isEmittedByCode();
    const watch = { isGuarded: true };
    this.#watch = watch;
    this.#kills.watch(this.onRaise);
    void this.#guard(watch);
  }

  /** Whether the signal whose listener calls this was meant to end the process at once. */
  isMeant(signal: NodeJS.Signals): boolean {
    if (this.#kills.has(signal) || (isEmittedByCode() && !this.#isArriving)) return false;
    return this.#watch?.isGuarded === false;
  }

  /** Emits a signal that comes from outside, as a test sends it. Returns whether there was a listener. */
  arrive(signal: NodeJS.Signals): boolean {
    this.#isArriving = true;
    try {
      return process.emit(signal, signal);
    } finally {
      this.#isArriving = false;
    }
  }

  /** No shutdown is watched any more. */
  stop(): void {
    this.#watch = undefined;
    this.#kills.stop();
  }

  /**
   * What is done in the first turn may take long, and so may what is done later. A signal that came meanwhile is heard
   * after it, so the guard is over when its time is and the event loop has looked for signals since.
   */
  async #guard(watch: { isGuarded: boolean }): Promise<void> {
    await nextTurn();
    this.parts.clock.meanwhile(this.parts.guardMs(), () => {
      void nextTurn().then(() => {
        watch.isGuarded = false;
      });
    });
  }
}
