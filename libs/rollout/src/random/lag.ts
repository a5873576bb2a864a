import { delayAt, type DelayStep } from 'nestjs-lifecycle-shared';

/** A delay that is drawn anew each time, never beyond its bounds. All in milliseconds. */
export interface Lag {
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
  /** How it is spread from `min` on, where that was measured; otherwise it is lognormal. */
  readonly steps?: readonly DelayStep[];
}

/** A lag that was measured. */
export function measuredLag(min: number, steps: readonly DelayStep[]): Lag {
  const at = (share: number): number => delayAt({ min, steps }, share);
  return { min, median: at(0.5), p99: at(0.99), max: at(1), steps };
}
