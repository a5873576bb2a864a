import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { barChart } from '../../bench/charts/bar-chart.js';
import { lineChart } from '../../bench/charts/line-chart.js';
import { ticksUpTo } from '../../bench/charts/svg.js';
import { causeOf } from '../../bench/losing/causes.js';
import { figure, range, table } from '../../bench/support/format.js';
import {
  compare,
  estimate,
  estimateDifference,
  interleaved,
  median,
  quantile,
  spread,
} from '../../bench/support/statistics.js';
import { root } from '../support/repository.js';

describe('the arithmetic of the measurements', () => {
  it('takes the middle value, or the mean of the two in the middle, in any order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('puts a quantile between its neighbours', () => {
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual({ low: 1, high: 9 });
  });

  it('compares medians, and spreads the ratios of each round', () => {
    expect(compare([2, 4, 6], [1, 2, 3])).toEqual({ ratio: 2, spread: { low: 2, high: 2 } });
    expect(() => compare([1], [1, 2])).toThrow('1 rounds against 2');
  });

  it('goes the other way round every second time', () => {
    expect([0, 1, 2].map((round) => interleaved(['a', 'b'], round).join(''))).toEqual(['ab', 'ba', 'ab']);
  });
});

describe('an estimate', () => {
  it('weighs each process as one, whatever makes it fast or slow', () => {
    const groups = [
      [1.1, 1.1, 1.1, 50],
      [1 / 1.1, 1 / 1.1],
    ];
    const { value, low, high } = estimate(groups);
    expect(value).toBeCloseTo(1, 10);
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(1);
  });

  it('has an interval that holds the middle of every process, and is the same every time', () => {
    const groups = [
      [1.01, 1.02, 1.03],
      [1, 1.02, 1.04],
    ];
    expect(estimate(groups)).toEqual(estimate(groups));
    const { low, high } = estimate(groups);
    expect(low).toBeGreaterThanOrEqual(1);
    expect(high).toBeLessThanOrEqual(1.04);
    expect(low).toBeLessThan(high);
  });
});

describe('an estimate of a difference', () => {
  it('is the median, in an interval that one odd round hardly moves', () => {
    const differences = [280, 281, 282, 283, 284, 285, 286, 287, 288, 5000];
    const { value, low, high } = estimateDifference(differences);
    expect(value).toBe(284.5);
    expect(low).toBeGreaterThanOrEqual(280);
    expect(high).toBeLessThan(300);
    expect(estimateDifference(differences)).toEqual({ value, low, high });
  });

  it('is none where a service did not end', () => {
    expect(estimateDifference([1, Number.NaN, 2]).value).toBeNaN();
  });
});

describe('what the measurements show', () => {
  it('writes figures with the digits that say something', () => {
    expect([0, 7, 1.234, 12.34, 123.4, 12_345.6, Number.NaN].map(figure)).toEqual([
      '0',
      '7',
      '1.23',
      '12.3',
      '123',
      '12,346',
      '–',
    ]);
    expect([range([]), range([3, 3]), range([3, 1, 2])]).toEqual(['–', '3', '2 (1–3)']);
  });

  it('writes a table whose cells cannot break it', () => {
    expect(table(['a', 'b'], [['1|2', '3']])).toBe('| a | b |\n| --- | --- |\n| 1\\|2 | 3 |');
  });

  it('ends an axis at or beyond the greatest value', () => {
    expect(ticksUpTo(10)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticksUpTo(0.35).at(-1)).toBe(0.4);
    expect(ticksUpTo(0)).toEqual([0, 1]);
  });

  it('draws each value of a bar as long as it is, one after the other', () => {
    const svg = barChart({
      title: 'a < b',
      unit: 'ms',
      series: ['one', 'two'],
      bars: [{ label: 'x', values: [10, 30] }],
    });
    const pieces = [...svg.matchAll(/x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="16"/g)].map(([, x, width]) => [
      Number(x),
      Number(width),
    ]);
    const [[start = 0, first = 0] = [], [next = 0, second = 0] = []] = pieces;
    expect(pieces).toHaveLength(2);
    expect(next).toBe(start + first);
    expect(second).toBe(3 * first);
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('>40<');
  });

  it('draws a line through every point', () => {
    const svg = lineChart({
      title: 't',
      x: 'n',
      y: 'ms',
      lines: [
        {
          label: 'l',
          points: [
            { x: 0, y: 0 },
            { x: 10, y: 5 },
          ],
        },
      ],
    });
    const [, points = ''] = /polyline points="([^"]+)"/.exec(svg) ?? [];
    expect(points.split(' ')).toEqual(['70,308', '616,84']);
  });
});

describe('the cause of a lost request', () => {
  const seen = { isReused: false, isOlderThanSignal: false, waitedMs: 1 };

  it.each([
    ['refused', { code: 'ECONNREFUSED' }],
    ['reset on fresh', { code: 'ECONNRESET' }],
    ['reset on reuse', { code: 'ECONNRESET', isReused: true }],
    ['cut in flight', { code: 'ECONNRESET', isReused: true, waitedMs: 400 }],
    ['cut in flight', { code: 'ECONNRESET', isOlderThanSignal: true }],
    ['5xx', { status: 503, isOlderThanSignal: true }],
    ['timeout', { hasTimedOut: true, waitedMs: 5000 }],
  ])('is %s', (cause, failure) => {
    expect(causeOf({ ...seen, ...failure })).toBe(cause);
  });
});

describe('bench/README.md', () => {
  it('names every part, and nothing that is not there', () => {
    const text = readFileSync(resolve(root, 'bench/README.md'), 'utf8');
    const parts = [...text.matchAll(/results\/(\w+)\.md/g)].map(([, part]) => part);
    expect(parts).toEqual(['cost', 'serving', 'losing', 'stopping', 'growth']);
  });
});
