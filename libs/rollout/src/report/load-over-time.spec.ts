import { MadeUpRollout } from '../../../../test/support/made-up-rollout.js';
import { inFlightOverTime, latencyOverTime, slowest } from './load-over-time.js';

function records(...times: readonly (readonly [sentAt: number, endedAt: number])[]): MadeUpRollout['records'] {
  const rollout = new MadeUpRollout();
  rollout.records.length = 0;
  for (const [sentAt, endedAt] of times) rollout.request({ sentAt, endedAt, pod: 'old' });
  return rollout.records;
}

describe('the load over time', () => {
  it('is the most requests in flight in each slice, also where nothing began in it', () => {
    const values = inFlightOverTime(records([5, 35], [12, 14], [13, 15]), 50, 5).map(({ value }) => value);
    expect(values).toEqual([1, 3, 1, 1, 0]);
  });

  it('counts requests that end just as others begin once', () => {
    expect(inFlightOverTime(records([0, 10], [10, 20]), 20, 1)).toEqual([{ at: 0, value: 1 }]);
  });

  it('has percentiles only for slices with answers', () => {
    const slices = latencyOverTime(records([1, 11], [2, 32], [45, 47]), 50, 5);
    expect(slices).toEqual([
      { at: 5, p50: 10, p99: 30 },
      { at: 45, p50: 2, p99: 2 },
    ]);
  });

  it('knows the slowest answers', () => {
    expect(slowest(records([1, 11], [2, 32], [45, 47]), 2).map(({ sentAt }) => sentAt)).toEqual([2, 1]);
  });
});
