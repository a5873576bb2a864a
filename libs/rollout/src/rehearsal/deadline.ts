import { type Clock } from '../clock/clock.js';
import { type CutReason } from '../events/rollout-event.js';

/** The moment at which a rehearsal ends, whatever hangs. */
export class RehearsalDeadline {
  readonly #controller = new AbortController();
  readonly #cancel: () => void;
  #cutBy: CutReason | undefined;
  /** Resolves then. */
  readonly passed: Promise<void>;

  /** `outer` ends it earlier: it is interrupted then. */
  constructor(
    clock: Clock,
    ms: number,
    private readonly outer: AbortSignal | undefined,
  ) {
    this.passed = new Promise((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#cancel = clock.after(ms, () => this.#pass('deadline-passed'));
    outer?.addEventListener('abort', this.#interrupt, { once: true });
    if (outer?.aborted === true) this.#interrupt();
  }

  /** Its reason is a {@link CutReason}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it fired; `undefined` while it has not. */
  get cutBy(): CutReason | undefined {
    return this.#cutBy;
  }

  /** Ends it now: what is still to come would show nothing. */
  cut(reason: CutReason): void {
    this.#pass(reason);
  }

  cancel(): void {
    this.#cancel();
    this.outer?.removeEventListener('abort', this.#interrupt);
  }

  readonly #interrupt = (): void => this.#pass('interrupted');

  #pass(reason: CutReason): void {
    this.#cutBy ??= reason;
    this.#controller.abort(reason);
  }
}
