/** A delay that is drawn anew each time: lognormal, and never beyond its bounds. All in milliseconds. */
export interface Lag {
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}
