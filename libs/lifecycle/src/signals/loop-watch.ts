import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** How often the loop is looked at: twice a second costs some microseconds, and keeps nothing alive. */
const BEAT_MS = 500;
/** A beat that comes later than this was held up. */
const LATE_MS = 250;

/** Where the loop's times come from; tests bring their own. */
export interface LoopTimes {
  now(): number;
  /** Milliseconds in which the loop has waited, since the process began. */
  idleMs(): number;
}

const realTimes: LoopTimes = {
  now: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
};

/**
 * Knows how long the event loop was blocked just now. No system tells when a signal was sent, and a listener is only
 * called when the loop turns; so a signal that comes out of a block may have waited for all of it.
 */
export class LoopWatch {
  #beatAt = 0;
  #idleMs = 0;
  /** Of the block that has ended in this turn of the loop. */
  #blockedMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly times: LoopTimes = realTimes) {}

  start(): void {
    if (this.#timer !== undefined) return;
    this.#look();
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** How long the loop was blocked until this turn of it; 0 when it was not, or not for long. */
  get blockedMs(): number {
    return this.#timer === undefined ? 0 : Math.max(this.#blockedMs, this.#measure());
  }

  /** The time is measured here and not by the timer: what has run since the last beat, when that is overdue. */
  #measure(): number {
    const elapsedMs = this.times.now() - this.#beatAt;
    if (elapsedMs < BEAT_MS + LATE_MS) return 0;
    return Math.max(0, elapsedMs - (this.times.idleMs() - this.#idleMs));
  }

  #look(): void {
    this.#beatAt = this.times.now();
    this.#idleMs = this.times.idleMs();
  }

  readonly #beat = (): void => {
    this.#blockedMs = this.#measure();
    this.#look();
    this.#arm();
    // Signals are handed out before it runs; what comes later has not waited for this block.
    if (this.#blockedMs > 0)
      setImmediate(() => {
        this.#blockedMs = 0;
      });
  };

  #arm(): void {
    this.#timer = setTimeout(this.#beat, BEAT_MS);
    this.#timer.unref();
  }
}
