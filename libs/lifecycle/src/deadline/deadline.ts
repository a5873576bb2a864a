import { type Clock } from './clock.js';
import { type Limit } from './limit.js';

/** How a wait ended. */
export type Settled<T> =
  | { readonly how: 'done'; readonly value: T }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'late' };

/** A limit that the deadline never exceeds. */
interface Bound {
  readonly limit: Limit;
  /** How long before the limit the deadline is. */
  readonly earlierMs: number;
}

/**
 * A point in monotonic time at which waits end. Shares of a budget are deadlines within a deadline. When the limit of a
 * deadline is moved ahead, so are the deadline and those made from it.
 */
export class Deadline {
  readonly #at: number;

  /** `at`: monotonic milliseconds of the clock. */
  constructor(
    private readonly clock: Clock,
    at: number,
    private readonly bound?: Bound,
  ) {
    this.#at = at;
  }

  /** Monotonic milliseconds. */
  get at(): number {
    const { bound } = this;
    return bound === undefined ? this.#at : Math.min(this.#at, bound.limit.at - bound.earlierMs);
  }

  /** Milliseconds left; 0 when past. */
  get remainingMs(): number {
    return Math.max(0, this.at - this.clock.now());
  }

  get isPast(): boolean {
    return this.clock.now() >= this.at;
  }

  /** The earlier of this deadline and `ms` from now. */
  within(ms: number): Deadline {
    return new Deadline(this.clock, Math.min(this.#at, this.clock.now() + ms), this.bound);
  }

  /** `ms` from now, even when this deadline is past. */
  after(ms: number): Deadline {
    return new Deadline(this.clock, this.clock.now() + ms);
  }

  /** A deadline `ms` before this one, which leaves that time for something else. */
  before(ms: number): Deadline {
    const { bound } = this;
    return new Deadline(this.clock, this.#at - ms, bound && { ...bound, earlierMs: bound.earlierMs + ms });
  }

  /** This deadline, with a limit. It replaces an earlier limit. */
  limitedBy(limit: Limit): Deadline {
    return new Deadline(this.clock, this.at, { limit, earlierMs: 0 });
  }

  /**
   * Waits for `work`, at most until the deadline. Never rejects. Work that is late goes on, and its errors are handled.
   */
  settle<T>(work: PromiseLike<T>): Promise<Settled<T>> {
    return new Promise((resolve) => {
      const cancel = this.onReached(() => resolve({ how: 'late' }));
      const end = (settled: Settled<T>): void => {
        cancel();
        resolve(settled);
      };
      try {
        work.then(
          (value) => end({ how: 'done', value }),
          (error: unknown) => end({ how: 'failed', error }),
        );
      } catch (error) {
        // The `then` of a foreign thenable has thrown.
        end({ how: 'failed', error });
      }
    });
  }

  /** Calls `action` when the deadline is reached. The returned function cancels. */
  onReached(action: () => void): () => void {
    const { bound } = this;
    if (bound === undefined) return this.clock.after(this.remainingMs, action);
    const reached = (): void => {
      unwatch();
      action();
    };
    let cancel = this.clock.after(this.remainingMs, reached);
    const unwatch = bound.limit.watch(() => {
      cancel();
      cancel = this.clock.after(this.remainingMs, reached);
    });
    return () => {
      unwatch();
      cancel();
    };
  }
}
