import { type Clock } from './clock.js';

/** How long a time that was read is given again, in milliseconds. */
const KEPT_MS = 10;

/**
 * The time as it was read at most 10 ms ago; longer ago where the event loop has been blocked since, until it runs its
 * timers. Reading the clock costs as much as all the rest of the record of a request. The clock is read, and a timer set,
 * only when the time is asked for. Node keeps the date of its answers in the same way.
 */
export class RecentTime {
  #now: number | undefined = undefined;

  constructor(private readonly clock: Clock) {}

  /** Monotonic milliseconds. */
  now(): number {
    return this.#now ?? this.#read();
  }

  #read(): number {
    const now = this.clock.now();
    this.#now = now;
    this.clock.meanwhile(KEPT_MS, () => {
      this.#now = undefined;
    });
    return now;
  }
}
