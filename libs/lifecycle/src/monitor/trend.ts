import { median } from './statistics.js';

/** Where a score is going. `unknown`: there are too few checks. */
export type Trend = 'improving' | 'steady' | 'worsening' | 'unknown';

/** How many scores are looked at, and how many it takes. */
const WINDOW = 20;
const LEAST = 6;
/** A smaller difference is none. */
const DIFFERENCE = 0.1;

/**
 * The median of the newer half of the last 20 scores, beside that of the older half: a difference of 0.1 is a trend.
 *
 * @param scores the oldest first
 */
export function trendOf(scores: readonly number[]): Trend {
  const window = scores.slice(-WINDOW);
  if (window.length < LEAST) return 'unknown';
  const half = Math.floor(window.length / 2);
  const difference = median(window.slice(-half)) - median(window.slice(0, half));
  // Sums of decimal fractions are not exact.
  const rounded = Math.round(difference * 1000) / 1000;
  if (rounded >= DIFFERENCE) return 'improving';
  return rounded <= -DIFFERENCE ? 'worsening' : 'steady';
}
