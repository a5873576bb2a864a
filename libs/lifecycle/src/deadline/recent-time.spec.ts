import { ManualClock } from '../../../../test/support/manual-clock.js';
import { RecentTime } from './recent-time.js';

describe('RecentTime', () => {
  it('reads the clock once in ten milliseconds', async () => {
    const clock = new ManualClock();
    const read = jest.spyOn(clock, 'now');
    const recent = new RecentTime(clock);
    const first = recent.now();
    await clock.advance(9);
    expect(recent.now()).toBe(first);
    expect(read).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    expect(recent.now()).toBe(first + 10);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('gives the time from before the event loop was blocked until timers run', async () => {
    const clock = new ManualClock();
    const recent = new RecentTime(clock);
    const first = recent.now();
    clock.block(5000);
    expect(recent.now()).toBe(first);
    await clock.advance(0);
    expect(recent.now()).toBe(first + 5000);
  });

  it('sets no timer while it is not asked', async () => {
    const clock = new ManualClock();
    const recent = new RecentTime(clock);
    expect(clock.pendingTimers).toBe(0);
    recent.now();
    await clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });
});
