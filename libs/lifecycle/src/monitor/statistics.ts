/** The value in the middle; 0 where there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The median absolute deviation: how far values usually are from their median. A few outliers do not change it. */
export function medianDeviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}

/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const NORMAL = 0.6745;

/**
 * How unusual a value is beside others: the modified z-score of Iglewicz and Hoaglin, `0.6745 × (value − median) / MAD`. Above 3.5 a value
 * is taken for an outlier: https://www.itl.nist.gov/div898/handbook/eda/section3/eda35h.htm
 *
 * @param least what the deviation is taken for where it is smaller: equal values would make every other one an outlier
 */
export function robustZ(value: number, usual: readonly number[], least: (median: number) => number): number {
  const centre = median(usual);
  return (NORMAL * (value - centre)) / Math.max(medianDeviation(usual), least(centre));
}
