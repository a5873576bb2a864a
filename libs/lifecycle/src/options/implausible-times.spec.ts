import { describeImplausibleTime, implausibleTimeout, implausibleTimes } from './implausible-times.js';

const linesOf = (times: Parameters<typeof implausibleTimes>[0]): string[] =>
  implausibleTimes(times).map(describeImplausibleTime);

describe('implausibleTimes', () => {
  it('tells what a number of the wrong unit was taken for, and what to type', () => {
    expect(linesOf({ gracePeriodMs: 30_000_000 })).toEqual([
      'The grace period was taken for 30000s (8.3 h), longer than any platform waits: a bare number in the environment is ' +
        "seconds. Type gracePeriod: '30s', or SHUTDOWN_GRACE_PERIOD=30s.",
    ]);
    expect(linesOf({ gracePeriodMs: 30 })).toEqual([
      'The grace period was taken for 30ms, too short to stop anything: a bare number in code is milliseconds. ' +
        "Type gracePeriod: '30s', or SHUTDOWN_GRACE_PERIOD=30s.",
    ]);
  });

  it.each([1000, 10_000, 30_000, 600_000, 3_600_000])('says nothing of %i ms', (gracePeriodMs) => {
    expect(linesOf({ gracePeriodMs })).toEqual([]);
  });

  it('tells of shares of it that were written in seconds', () => {
    const times = { gracePeriodMs: 30_000, preStopMs: 3, lameDuck: { maxMs: 5 }, drainTimeoutMs: 15, hookBudgetMs: 10 };
    expect(linesOf(times)).toEqual([
      "The pre-stop time was taken for 3ms, too short for anything: a bare number in code is milliseconds. Type preStop: '3s', or SHUTDOWN_PRE_STOP=3s.",
      "The lame duck was taken for 5ms, too short for anything: a bare number in code is milliseconds. Type lameDuck: '5s', or SHUTDOWN_LAME_DUCK=5s.",
      "The drain was taken for 15ms, too short for anything: a bare number in code is milliseconds. Type drainTimeout: '15s', or SHUTDOWN_DRAIN_TIMEOUT=15s.",
      "The hooks' time was taken for 10ms, too short for anything: a bare number in code is milliseconds. Type hookBudget: '10s', or SHUTDOWN_HOOK_BUDGET=10s.",
    ]);
    expect(linesOf({ gracePeriodMs: 30_000, preStopMs: 0, drainTimeoutMs: 50 })).toEqual([]);
  });

  it("tells of a hook's timeout that was written in seconds", () => {
    expect(implausibleTimeout('Pool.close', 5)).toBe(
      "The timeout of Pool.close was taken for 5ms, too short for anything: a bare number in code is milliseconds. Type timeout: '5s'.",
    );
    expect(implausibleTimeout('Pool.close', 50)).toBeUndefined();
    expect(implausibleTimeout('Pool.close', undefined)).toBeUndefined();
  });
});
