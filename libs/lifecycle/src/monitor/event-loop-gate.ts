import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { type Clock } from '../deadline/clock.js';
import { formatDuration } from '../deadline/duration.js';
import { type EventStream } from '../events/event-stream.js';
import { type Readiness } from '../health/readiness.js';
import { type EventLoopSettings } from '../options/event-loop-option.js';
import { Hysteresis } from './hysteresis.js';

/** How busy the event loop was since it was asked for the last time. */
export interface LoopReading {
  /** How late timers were, on average. */
  readonly delayMs: number;
  /** Which part of the time it was busy, from 0 to 1. */
  readonly utilization: number;
}

/** Measures the event loop. */
export interface LoopSampler {
  read(): LoopReading;
  stop(): void;
}

interface GateParts {
  readonly clock: Clock;
  readonly events: EventStream;
  readonly readiness: Pick<Readiness, 'addCondition'>;
  readonly settings: { readonly readiness: { readonly eventLoop: EventLoopSettings | undefined } };
}

/** What readiness answers call the condition. */
export const LOOP_CONDITION = 'event-loop';
const EVERY_MS = 1000;
const TIMES = 3;
/** How often the delay is measured. A timer of Node for each: its cost is in docs/health-monitor.md. */
const RESOLUTION_MS = 20;

/**
 * Makes the service not ready while its event loop is busy, from the end of its start until its shutdown begins. Without the option
 * nothing is measured.
 */
export class EventLoopGate {
  readonly #hysteresis = new Hysteresis(TIMES);
  #sampler: LoopSampler | undefined;
  #cancelNext: () => void = () => undefined;
  #isStopped = false;
  #busySince = 0;
  /** The last reading; `undefined` before the first. */
  last: LoopReading | undefined;

  constructor(
    private readonly parts: GateParts,
    private readonly createSampler: () => LoopSampler = createNodeSampler,
  ) {
    if (!this.isOn) return;
    parts.readiness.addCondition(LOOP_CONDITION, () => !this.isBusy);
    parts.events.read(({ type }) => (type === 'shutdown-started' ? this.stop() : undefined));
  }

  get isOn(): boolean {
    return this.parts.settings.readiness.eventLoop !== undefined;
  }

  /** Whether the service is not ready because of it. */
  get isBusy(): boolean {
    return this.#hysteresis.isUnwell;
  }

  /** The service has started. */
  start(): void {
    const { eventLoop } = this.parts.settings.readiness;
    if (eventLoop === undefined || this.#isStopped || this.#sampler !== undefined) return;
    this.#sampler = this.createSampler();
    this.#waitForNext(this.#sampler, eventLoop);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelNext();
    this.#sampler?.stop();
  }

  #waitForNext(sampler: LoopSampler, limits: EventLoopSettings): void {
    this.#cancelNext = this.parts.clock.meanwhile(EVERY_MS, () => {
      this.#read(sampler.read(), limits);
      this.#waitForNext(sampler, limits);
    });
  }

  #read(reading: LoopReading, { delayMs, utilization }: EventLoopSettings): void {
    this.last = reading;
    const isOver = reading.delayMs > delayMs || reading.utilization > utilization;
    if (!this.#hysteresis.read(isOver ? 'unwell' : 'well')) return;
    const { events, clock } = this.parts;
    const now = clock.now();
    const why =
      `timers are ${formatDuration(reading.delayMs)} late on average, and the event loop is busy for ` +
      `${Math.round(reading.utilization * 100)} % of the time, ${TIMES} seconds in a row ${isOver ? 'too much' : 'well'}`;
    if (this.isBusy) {
      this.#busySince = now;
      events.emit({ type: 'readiness-shed', by: LOOP_CONDITION, why });
    } else events.emit({ type: 'readiness-restored', by: LOOP_CONDITION, why, durationMs: now - this.#busySince });
  }
}

/** What Node measures: https://nodejs.org/api/perf_hooks.html */
export function createNodeSampler(): LoopSampler {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let before = performance.eventLoopUtilization();
  return {
    read: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      // It measures from one timer to the next, in nanoseconds. Without any timer there is no mean.
      const betweenMs = histogram.mean / 1e6;
      histogram.reset();
      return { delayMs: Number.isNaN(betweenMs) ? 0 : Math.max(0, betweenMs - RESOLUTION_MS), utilization };
    },
    stop: () => void histogram.disable(),
  };
}
