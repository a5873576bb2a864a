import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { type Clock, LONGEST_TIMER_MS } from '../deadline/clock.js';
import { type Duration, parseDuration } from '../deadline/duration.js';
import { LifecycleError } from '../errors/lifecycle-error.js';

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/**
 * The clock of a service in a test. It runs like any clock, so that a service does not hang when the test does not move
 * it, and it can be moved ahead.
 */
export class TestClock implements Clock {
  #aheadMs = 0;
  readonly #timers = new Set<Timer>();
  #cancelNext: () => void = () => undefined;

  now(): number {
    return performance.now() + this.#aheadMs;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.now() + Math.max(0, ms), action };
    this.#timers.add(timer);
    this.#arm();
    return () => {
      if (this.#timers.delete(timer)) this.#arm();
    };
  }

  /** The same as `after`: in a test, the test keeps the process alive. */
  meanwhile(ms: number, action: () => void): () => void {
    return this.after(ms, action);
  }

  /**
   * Moves the time ahead by a duration (`'5s'`, or milliseconds) and lets everything happen that is due by then, the
   * earliest first. Resolves when all of it has run, with what could follow at once.
   *
   * @throws LifecycleError when it is no duration
   */
  async advance(duration: Duration): Promise<void> {
    const ms = parseDuration(duration);
    if (ms === undefined) {
      throw new LifecycleError('INVALID_OPTIONS', `${JSON.stringify(duration)} is no duration: write advance('5s')`);
    }
    // Work that began in this tick sets its timers before the time moves.
    await turn();
    const end = this.now() + ms;
    for (let timer = this.#nextUntil(end); timer !== undefined; timer = this.#nextUntil(end)) {
      this.#aheadMs += Math.max(0, timer.at - this.now());
      this.#fire(timer);
      await turn();
    }
    this.#aheadMs += Math.max(0, end - this.now());
    this.#arm();
    await turn();
  }

  /** Cancels all timers. */
  stop(): void {
    this.#timers.clear();
    this.#cancelNext();
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#arm();
    timer.action();
  }

  /** Sets one real timer, for the timer that is due first. */
  #arm(): void {
    this.#cancelNext();
    const next = this.#nextUntil(Number.POSITIVE_INFINITY);
    if (next === undefined) return;
    const waitMs = Math.min(Math.max(0, next.at - this.now()), LONGEST_TIMER_MS);
    const timer = setTimeout(() => (next.at <= this.now() ? this.#fire(next) : this.#arm()), Math.ceil(waitMs));
    this.#cancelNext = () => clearTimeout(timer);
  }

  #nextUntil(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}

/** What follows from a timer runs within a few turns of the event loop, unless it waits for something else. */
async function turn(): Promise<void> {
  for (let count = 0; count < 3; count += 1) await new Promise((resolve) => setImmediate(resolve));
}
