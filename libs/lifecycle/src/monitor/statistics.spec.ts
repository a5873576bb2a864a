import { median, medianDeviation, robustZ } from './statistics.js';

describe('the statistics of the monitor', () => {
  it.each([
    [[], 0],
    [[7], 7],
    [[3, 1], 2],
    [[9, 1, 5], 5],
    [[1, 100, 2, 3], 2.5],
  ])('has %j for its median: %d', (values, middle) => expect(median(values)).toBe(middle));

  it('has a deviation that a few outliers do not change', () => {
    expect(medianDeviation([1, 2, 3, 4, 5])).toBe(1);
    expect(medianDeviation([1, 2, 3, 4, 5_000_000])).toBe(1);
    expect(medianDeviation([4, 4, 4])).toBe(0);
  });

  it('says how unusual a value is, in deviations of a normal distribution', () => {
    const usual = [8, 9, 10, 11, 12];
    expect(robustZ(10, usual, () => 0)).toBe(0);
    expect(robustZ(14, usual, () => 0)).toBeCloseTo(2.698);
    expect(robustZ(6, usual, () => 0)).toBeCloseTo(-2.698);
    expect(robustZ(11, [10, 10, 10], (centre) => centre / 10)).toBeCloseTo(0.6745);
  });
});
