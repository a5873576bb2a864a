import { trendOf } from './trend.js';

describe('the trend of a score', () => {
  it.each([
    [[], 'unknown'],
    [[0, 0, 0, 1, 1], 'unknown'],
    [[0, 0, 0, 1, 1, 1], 'improving'],
    [[1, 1, 1, 0.9, 0.9, 0.9], 'worsening'],
    [[0.8, 0.8, 0.8, 0.9, 0.9, 0.9], 'improving'],
    [[1, 1, 1, 0.95, 0.95, 0.95], 'steady'],
    [[1, 1, 1, 0, 1, 1], 'steady'],
    [[0.2, 0.2, 0.2, 0.5, 0.8, 0.8, 0.8], 'improving'],
  ])('of %j is %s', (scores, trend) => expect(trendOf(scores)).toBe(trend));

  it('looks at the last 20 alone', () => {
    const steady = Array.from({ length: 20 }, () => 1);
    expect(trendOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...steady])).toBe('steady');
  });
});
