/** The middle of the values, or between the two in the middle; NaN without any. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that a share of the values lies below, between neighbours by straight line; NaN without any. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Where most of the values lie: from the 10th to the 90th percentile. */
export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** The spread of the values. */
export function spread(values: readonly number[]): Spread {
  return { low: quantile(values, 0.1), high: quantile(values, 0.9) };
}

/** How one row of figures compares with another that was taken beside it. */
export interface Comparison {
  /** The median of the one over the median of the other. */
  readonly ratio: number;
  /** Of the ratios round by round. */
  readonly spread: Spread;
}

/** Compares figures that were taken round by round, side by side. */
export function compare(figures: readonly number[], base: readonly number[]): Comparison {
  if (figures.length !== base.length) throw new Error(`${figures.length} rounds against ${base.length}`);
  const ratios = figures.map((figure, round) => figure / (base[round] ?? Number.NaN));
  return { ratio: median(figures) / median(base), spread: spread(ratios) };
}

/** Every second round goes the other way round, so that what drifts meanwhile hits all alike: A B C, C B A, … */
export function interleaved<Item>(items: readonly Item[], round: number): readonly Item[] {
  return round % 2 === 0 ? items : items.toReversed();
}
