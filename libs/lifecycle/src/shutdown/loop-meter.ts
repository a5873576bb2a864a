import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

/** How often it looks. Twenty times a second costs some microseconds, and only while the service stops. */
const BEAT_MS = 50;
/** A block of this length is told of by itself. */
const BLOCK_MS = 1000;

/** The source of the loop's times; tests pass their own. */
export interface LoopTimes {
  now(): number;
  /** How busy the loop was since a moment: from 0 to 1. */
  utilization(): () => number;
}

const realTimes: LoopTimes = {
  now: () => performance.now(),
  utilization: () => {
    const since = performance.eventLoopUtilization();
    return () => performance.eventLoopUtilization(since).utilization;
  },
};

interface LoopListener {
  /** The loop turns: it did so in time, or was blocked until now. */
  beat(): void;
  /** The loop was blocked for that long, until now. */
  blocked(durationMs: number): void;
}

/** How long nothing else could run while the service stopped. */
export interface LoopDelay {
  readonly maxDelayMs: number;
  readonly utilization: number;
}

/** Measures the delay of the event loop while the service stops, by a timer of its own that does not keep the process alive. */
export class LoopMeter {
  #timer: NodeJS.Timeout | undefined;
  #beatAt = 0;
  #maxDelayMs = 0;
  #utilization: () => number = () => 0;

  constructor(
    private readonly listener: LoopListener,
    private readonly times: LoopTimes = realTimes,
  ) {}

  /** Returns what stops it; what was measured stays. */
  start(): () => void {
    this.#beatAt = this.times.now();
    this.#utilization = this.times.utilization();
    this.#timer = setInterval(this.look, BEAT_MS);
    this.#timer.unref();
    return () => {
      this.look();
      clearInterval(this.#timer);
      this.#timer = undefined;
      const { utilization } = this.read();
      this.#utilization = () => utilization;
    };
  }

  /** In whole milliseconds and hundredths. */
  read(): LoopDelay {
    const utilization = Math.round(Math.min(1, Math.max(0, this.#utilization())) * 100) / 100;
    return { maxDelayMs: Math.round(this.#maxDelayMs), utilization };
  }

  /** Looks now: a timer that is due in the same turn may come before its own. */
  readonly look = (): void => {
    if (this.#timer === undefined) return;
    const now = this.times.now();
    const delayMs = Math.max(0, now - this.#beatAt - BEAT_MS);
    this.#beatAt = now;
    this.#maxDelayMs = Math.max(this.#maxDelayMs, delayMs);
    if (delayMs >= BLOCK_MS) this.listener.blocked(delayMs);
    this.listener.beat();
  };
}
