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

/** A figure, and the interval in which it would lie in 95 of 100 repetitions. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2000;
const [LOW, HIGH] = [0.025, 0.975];

/**
 * The middle of ratios that were taken in several groups (processes): the geometric mean of the medians of the groups, so
 * that what makes one process faster than another weighs no more than one process does. The interval is that of a
 * bootstrap which draws groups and, within each, ratios. It draws the same every time.
 */
export function estimate(groups: readonly (readonly number[])[]): Estimate {
  const draw = drawing(groups.length);
  const resampled = Array.from({ length: RESAMPLES }, () => middle(draw(groups).map(draw)));
  return { value: middle(groups), low: quantile(resampled, LOW), high: quantile(resampled, HIGH) };
}

/**
 * The median of differences that were taken round by round, with the interval of a bootstrap that draws rounds. NaN where
 * one of them could not be taken.
 */
export function estimateDifference(differences: readonly number[]): Estimate {
  if (differences.some(Number.isNaN)) return { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  const draw = drawing(differences.length);
  const resampled = Array.from({ length: RESAMPLES }, () => median(draw(differences)));
  return { value: median(differences), low: quantile(resampled, LOW), high: quantile(resampled, HIGH) };
}

/** Draws as many items as there are, each perhaps several times; the same ones every time. */
function drawing(seed: number): <Item>(items: readonly Item[]) => Item[] {
  const random = seeded(seed);
  return (items) => items.flatMap(() => items.slice(...oneOf(Math.floor(random() * items.length))));
}

function middle(groups: readonly (readonly number[])[]): number {
  const logs = groups.map((ratios) => Math.log(median(ratios)));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

function oneOf(index: number): [number, number] {
  return [index, index + 1];
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
