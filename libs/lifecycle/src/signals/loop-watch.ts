import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** How often the loop is checked. Twice a second costs some microseconds, and does not keep the process alive. */
const BEAT_MS = 500;
/** A check that is later than this was held up by a block. */
const LATE_MS = 250;

/** The source of the loop's times; tests pass their own. */
export interface LoopTimes {
  now(): number;
  /** Milliseconds for which the loop has been idle since the process began. */
  idleMs(): number;
}

const realTimes: LoopTimes = {
  now: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
};

/**
 * Measures how long the event loop was blocked just now. No system reports when a signal was sent, and a listener is
 * only called when the loop turns. So a signal that is handled after a block may have waited for all of it.
 */
export class LoopWatch {
  #beatAt = 0;
  #idleMs = 0;
  /** The length of the block that has ended in this turn of the loop. */
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

  /** How long the loop was blocked until this turn; 0 if it was not, or not for long. */
  get blockedMs(): number {
    return this.#timer === undefined ? 0 : Math.max(this.#blockedMs, this.#measure());
  }

  /**
   * Measures here and not in the timer, which may be overdue itself: the time since the last check, without the idle
   * time.
   */
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
    // Signal listeners are called before that; a later signal has not waited for this block.
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
