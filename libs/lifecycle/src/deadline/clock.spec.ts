import { LONGEST_TIMER_MS, systemClock } from './clock.js';

describe('systemClock', () => {
  it('never goes backwards', () => {
    const first = systemClock.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(first);
  });

  it('fires at once when the time is past', async () => {
    await new Promise<void>((resolve) => {
      systemClock.after(-1000, resolve);
    });
  });

  it('does not fire what was cancelled, nor a delay too long for a timer of Node', async () => {
    const fired: string[] = [];
    systemClock.after(0, () => fired.push('cancelled'))();
    const cancel = systemClock.after(LONGEST_TIMER_MS + 1, () => fired.push('at once'));
    await new Promise<void>((resolve) => {
      systemClock.after(5, resolve);
    });
    cancel();
    expect(fired).toEqual([]);
  });

  it('goes on under the fake timers of a user', async () => {
    jest.useFakeTimers();
    try {
      await new Promise<void>((resolve) => {
        systemClock.after(1, resolve);
      });
    } finally {
      jest.useRealTimers();
    }
  });
});
