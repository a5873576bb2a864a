import { type Clock, nextTurn } from '../deadline/clock.js';
import { isEmittedByCode, OwnKills } from './raised-inside.js';
import { isWrapped, processGroup } from './wrapped-process.js';

/** Another signal within this time of the first one counts as the same, whatever its name. */
export const GUARD_MS = 500;
/**
 * The same where another program started this one. On a machine under five times its load, npm, pnpm, yarn, nodemon,
 * concurrently, turbo and tsx passed a signal on within 300 ms.
 */
export const WRAPPED_GUARD_MS = 1000;

/** The guard time of this process, by the way it was started. */
export function guardHere(): number {
  return isWrapped(process.env, processGroup()) ? WRAPPED_GUARD_MS : GUARD_MS;
}

/**
 * Decides whether a second signal asks to end the process at once. One that code of this process raises never does. One
 * from outside does, once the first is longer ago than wrappers take to pass a signal on.
 */
export class RepeatedSignals {
  readonly #kills = new OwnKills();
  #isArriving = false;
  /** The guard of the shutdown under way. */
  #watch: { isGuarded: boolean } | undefined;

  /** `onRaise` is called when this process is about to send itself a signal during the shutdown. */
  constructor(
    private readonly parts: { readonly clock: Clock; readonly guardMs: () => number },
    private readonly onRaise: (signal: NodeJS.Signals) => void,
  ) {}

  /** The first signal has come, in this turn of the event loop. */
  begin(): void {
    // Called for the first signal as well: in an unknown version of Node it learns from that how a real signal looks.
    isEmittedByCode();
    const watch = { isGuarded: true };
    this.#watch = watch;
    this.#kills.watch(this.onRaise);
    void this.#guard(watch);
  }

  /** Whether the signal whose listener calls this asks to end the process at once. */
  isMeant(signal: NodeJS.Signals): boolean {
    if (this.#kills.has(signal) || (isEmittedByCode() && !this.#isArriving)) return false;
    return this.#watch?.isGuarded === false;
  }

  /** Emits a signal as one from outside, for tests. Returns whether there was a listener. */
  arrive(signal: NodeJS.Signals): boolean {
    this.#isArriving = true;
    try {
      return process.emit(signal, signal);
    } finally {
      this.#isArriving = false;
    }
  }

  /** The shutdown is over. */
  stop(): void {
    this.#watch = undefined;
    this.#kills.stop();
  }

  /**
   * The first turn may take long, and so may later ones. A signal that comes during such a turn is handled after it. So
   * the guard ends when its time is over and the event loop has handled signals since.
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
