import { implausibleTimes } from './implausible-times.js';

describe('implausibleTimes', () => {
  it('tells what a number of the wrong unit was taken for, and what to type', () => {
    expect(implausibleTimes({ gracePeriodMs: 30_000_000 })).toEqual([
      'The grace period was taken for 30000s (8.3 h), longer than any platform waits: a bare number in the environment is ' +
        "seconds. Type gracePeriod: '30s', or SHUTDOWN_GRACE_PERIOD=30s.",
    ]);
    expect(implausibleTimes({ gracePeriodMs: 30 })).toEqual([
      'The grace period was taken for 30ms, too short to stop anything: a bare number in code is milliseconds. ' +
        "Type gracePeriod: '30s', or SHUTDOWN_GRACE_PERIOD=30s.",
    ]);
  });

  it.each([1000, 10_000, 30_000, 600_000, 3_600_000])('says nothing of %i ms', (gracePeriodMs) => {
    expect(implausibleTimes({ gracePeriodMs })).toEqual([]);
  });
});
