import { performance } from 'node:perf_hooks';
import { type Clock } from '../deadline/clock.js';

/** How long the loop is looked at. */
export const SAMPLE_MS = 100;

/** How busy the event loop is. */
export interface LoopSample {
  /** By how many milliseconds a timer of {@link SAMPLE_MS} came late. */
  readonly delayMs: number;
  /** The part of that time in which code ran, from 0 to 1. */
  readonly utilization: number;
}

/** Looks at the event loop for a tenth of a second, by one timer that does not keep the process alive. Nothing is measured before. */
export function sampleLoop(clock: Clock): Promise<LoopSample> {
  const startedAt = clock.now();
  const before = performance.eventLoopUtilization();
  return new Promise((resolve) => {
    clock.meanwhile(SAMPLE_MS, () => {
      const { utilization } = performance.eventLoopUtilization(before);
      resolve({
        delayMs: Math.max(0, Math.round(clock.now() - startedAt - SAMPLE_MS)),
        utilization: Math.round(Math.min(1, Math.max(0, utilization)) * 100) / 100,
      });
    });
  });
}
