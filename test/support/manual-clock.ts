import { type Clock } from '../../libs/lifecycle/src/deadline/clock.js';

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that stands still until a test moves it. Does not start at 0, so that a forgotten start shows. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  readonly #timers = new Set<Timer>();

  /** How many timers have neither fired nor been cancelled. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Nothing here keeps anything alive. */
  meanwhile(ms: number, action: () => void): () => void {
    return this.after(ms, action);
  }

  /** Moves on by `ms` and fires what is due, the earliest first; promises settle before, in between and after. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await promisesSettled();
    for (let timer = this.#nextUntil(end); timer !== undefined; timer = this.#nextUntil(end)) {
      this.#timers.delete(timer);
      // One that is overdue after block() fires now, not in the past.
      this.#now = Math.max(this.#now, timer.at);
      timer.action();
      await promisesSettled();
    }
    this.#now = end;
  }

  /** Moves on without firing anything, as a blocked event loop does. */
  block(ms: number): void {
    this.#now += ms;
  }

  #nextUntil(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
  }
}

/** Resolves when every promise that can settle without time passing has. */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
