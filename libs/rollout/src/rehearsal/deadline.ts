import { type Clock } from '../clock/clock.js';

/** The moment at which a rehearsal ends, whatever hangs. */
export class RehearsalDeadline {
  readonly #controller = new AbortController();
  readonly #cancel: () => void;
  /** Resolves then. */
  readonly passed: Promise<void>;

  /** `outer` ends it earlier. */
  constructor(
    clock: Clock,
    ms: number,
    private readonly outer: AbortSignal | undefined,
  ) {
    this.passed = new Promise((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#cancel = clock.after(ms, this.#pass);
    outer?.addEventListener('abort', this.#pass, { once: true });
    if (outer?.aborted === true) this.#pass();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    this.#cancel();
    this.outer?.removeEventListener('abort', this.#pass);
  }

  readonly #pass = (): void => this.#controller.abort();
}
