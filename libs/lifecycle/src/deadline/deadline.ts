import { type Clock } from './clock.js';

/** How a wait ended. */
export type Settled<T> =
  | { readonly how: 'done'; readonly value: T }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'late' };

/** A point in monotonic time that waits may not outlive. Shares of one budget are deadlines within a deadline. */
export class Deadline {
  constructor(
    private readonly clock: Clock,
    /** Monotonic milliseconds, on the clock given. */
    readonly at: number,
  ) {}

  /** Milliseconds left; 0 when past. */
  get remainingMs(): number {
    return Math.max(0, this.at - this.clock.now());
  }

  get isPast(): boolean {
    return this.clock.now() >= this.at;
  }

  /** The earlier of this deadline and `ms` from now. */
  within(ms: number): Deadline {
    return new Deadline(this.clock, Math.min(this.at, this.clock.now() + ms));
  }

  /** `ms` from now by the same clock, whether or not this deadline is past. */
  after(ms: number): Deadline {
    return new Deadline(this.clock, this.clock.now() + ms);
  }

  /** This deadline, moved ahead by `ms` so that something else still fits behind it. */
  before(ms: number): Deadline {
    return new Deadline(this.clock, this.at - ms);
  }

  /** Waits for `work`, at most until the deadline. Never rejects; late work goes on unwatched, its errors observed. */
  settle<T>(work: PromiseLike<T>): Promise<Settled<T>> {
    return new Promise((resolve) => {
      const cancel = this.onReached(() => resolve({ how: 'late' }));
      work.then(
        (value) => {
          cancel();
          resolve({ how: 'done', value });
        },
        (error: unknown) => {
          cancel();
          resolve({ how: 'failed', error });
        },
      );
    });
  }

  /** Calls `action` when the deadline is reached. The returned function cancels. */
  onReached(action: () => void): () => void {
    return this.clock.after(this.remainingMs, action);
  }
}
