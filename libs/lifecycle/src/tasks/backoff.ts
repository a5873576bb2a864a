/** How long to wait before work that has failed starts again, and how often. */
export interface RestartPolicy {
  /** How many restarts in a row, until the task has run for longer than `maxMs` again. */
  readonly maxAttempts: number;
  readonly initialMs: number;
  readonly maxMs: number;
}

/**
 * Exponential backoff with full jitter: a random wait of at most `initialMs`, then twice as much, up to `maxMs`. Many
 * instances that fail together do not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class Backoff {
  #failures = 0;

  constructor(
    private readonly policy: RestartPolicy,
    private readonly random: () => number = Math.random,
  ) {}

  /** Milliseconds to wait after a run of `ranMs` that has failed; `undefined` when it has failed too often. */
  next(ranMs: number): number | undefined {
    const { maxAttempts, initialMs, maxMs } = this.policy;
    if (ranMs > maxMs) this.#failures = 0;
    this.#failures += 1;
    if (this.#failures > maxAttempts) return undefined;
    return this.random() * Math.min(maxMs, initialMs * 2 ** (this.#failures - 1));
  }
}
