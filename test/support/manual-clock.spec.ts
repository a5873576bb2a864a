import { ManualClock } from './manual-clock.js';

describe('ManualClock', () => {
  it('fires timers in the order they are due, those set meanwhile included', async () => {
    const clock = new ManualClock();
    const start = clock.now();
    const fired: [string, number][] = [];
    const note = (name: string): void => void fired.push([name, clock.now() - start]);
    clock.after(20, () => note('second'));
    clock.after(10, () => {
      note('first');
      void Promise.resolve().then(() => clock.after(15, () => note('third')));
    });
    await clock.advance(9);
    expect(fired).toEqual([]);
    await clock.advance(16);
    expect(fired).toEqual([
      ['first', 10],
      ['second', 20],
      ['third', 25],
    ]);
    expect(clock.now() - start).toBe(25);
  });

  it('does not fire what was cancelled', async () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    const cancel = clock.after(10, () => fired.push('late'));
    cancel();
    await clock.advance(100);
    expect(fired).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('fires what is overdue after a block at the time it is by then', async () => {
    const clock = new ManualClock();
    const start = clock.now();
    let firedAt = 0;
    clock.after(10, () => (firedAt = clock.now() - start));
    clock.block(500);
    expect(firedAt).toBe(0);
    await clock.advance(0);
    expect(firedAt).toBe(500);
  });
});
