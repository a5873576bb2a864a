/** One step of a measured distribution of delays. Between two steps every delay is as likely as another. */
export interface DelayStep {
  /** That share of all delays, from 0 to 1, is no longer than `ms`. The last step has 1. */
  readonly share: number;
  readonly ms: number;
}

/** A distribution that rises from `min`, in milliseconds, through its steps. */
export interface DelayDistribution {
  readonly min: number;
  readonly steps: readonly DelayStep[];
}

/** The delay in milliseconds that so large a share of all does not exceed. */
export function delayAt({ min, steps }: DelayDistribution, share: number): number {
  let from: DelayStep = { share: 0, ms: min };
  for (const step of steps) {
    if (share <= step.share) return between(from, step, share);
    from = step;
  }
  return from.ms;
}

function between(from: DelayStep, to: DelayStep, share: number): number {
  const width = to.share - from.share;
  return width === 0 ? to.ms : from.ms + ((to.ms - from.ms) * (share - from.share)) / width;
}
