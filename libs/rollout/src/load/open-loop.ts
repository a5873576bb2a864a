import { type Clock } from '../clock/clock.js';
import { type Arrival } from './arrivals.js';

/** How well this machine kept the rate of an open loop. */
export interface LoadPace {
  /** Requests whose time had come. */
  readonly due: number;
  /** Of those, the ones that were sent more than {@link LATE_MS} after their time. */
  readonly late: number;
  /** Of those, the ones that were still to be sent, and late, when the load stopped. */
  readonly unsent: number;
  /** Milliseconds from the time of the latest one until it was sent, or the load stopped. */
  readonly latestMs: number;
}

/** As long as the rehearsal itself may stand still before its times are doubtful. */
export const LATE_MS = 250;

/**
 * Sends every arrival at its time, whatever becomes of the others. A machine that comes late sends all that are due at once, so that
 * it sends no fewer requests than a machine that comes in time.
 */
export class OpenLoop {
  readonly #startedAt: number;
  readonly #schedule: Iterator<Arrival>;
  #next: Arrival | undefined;
  #cancel: () => void = () => undefined;
  #isStopped = false;
  #sent = 0;
  #late = 0;
  #unsent = 0;
  #latestMs = 0;

  constructor(
    schedule: Iterable<Arrival>,
    private readonly clock: Clock,
    private readonly send: (arrival: Arrival) => void,
  ) {
    this.#startedAt = clock.now();
    this.#schedule = schedule[Symbol.iterator]();
    this.#next = this.#take();
    this.#await();
  }

  get pace(): LoadPace {
    const [unsent, latestMs] = [this.#unsent, this.#latestMs];
    return { due: this.#sent + unsent, late: this.#late, unsent, latestMs };
  }

  /** Sends nothing more. What is late by now was not sent. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancel();
    for (let lateMs = this.#nextLateMs(); lateMs > LATE_MS; lateMs = this.#nextLateMs()) {
      this.#unsent += 1;
      this.#latestMs = Math.max(this.#latestMs, lateMs);
      this.#next = this.#take();
    }
  }

  #take(): Arrival | undefined {
    const result = this.#schedule.next();
    return result.done === true ? undefined : result.value;
  }

  #await(): void {
    if (this.#next === undefined || this.#isStopped) return;
    this.#cancel = this.clock.after(-this.#nextLateMs(), () => this.#sendDue());
  }

  /**
   * Sends the one that was waited for, be the timer a fraction of a millisecond early, and all others that are due. Those that become
   * due meanwhile have the next turn, so that answers are read in between.
   */
  #sendDue(): void {
    const untilMs = Math.max(this.clock.now() - this.#startedAt, this.#next?.atMs ?? 0);
    for (let next = this.#next; next !== undefined && next.atMs <= untilMs; next = this.#next) {
      const lateMs = this.#nextLateMs();
      this.#sent += 1;
      if (lateMs > LATE_MS) this.#late += 1;
      this.#latestMs = Math.max(this.#latestMs, lateMs);
      this.#next = this.#take();
      this.send(next);
    }
    this.#await();
  }

  /** Since the time of the next one; below 0 before it. */
  #nextLateMs(): number {
    return this.#next === undefined ? -Infinity : this.clock.now() - this.#startedAt - this.#next.atMs;
  }
}
