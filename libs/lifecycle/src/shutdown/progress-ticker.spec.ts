import { ManualClock } from '../../../../test/support/manual-clock.js';
import { startProgressTicker } from './progress-ticker.js';

describe('startProgressTicker', () => {
  let clock: ManualClock;
  let ticks: number[];
  let stop: () => void;

  beforeEach(() => {
    clock = new ManualClock();
    const start = clock.now();
    ticks = [];
    stop = startProgressTicker(clock, () => ticks.push(clock.now() - start));
  });

  it('says nothing in the first second, then something every five', async () => {
    await clock.advance(999);
    expect(ticks).toEqual([]);
    await clock.advance(15_001);
    expect(ticks).toEqual([1000, 6000, 11_000, 16_000]);
  });

  it('stops before the first tick, and after it', async () => {
    stop();
    expect(clock.pendingTimers).toBe(0);
    const again = startProgressTicker(clock, () => ticks.push(-1));
    await clock.advance(1000);
    again();
    await clock.advance(60_000);
    expect(ticks).toEqual([-1]);
    expect(clock.pendingTimers).toBe(0);
  });
});
