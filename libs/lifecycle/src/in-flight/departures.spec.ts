import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { Departures } from './departures.js';

describe('Departures', () => {
  let clock: ManualClock;
  let left: number[];

  beforeEach(() => {
    clock = new ManualClock();
    left = [];
  });

  function create({
    open,
    spreadMs = 5000,
    random = 0.5,
  }: {
    open: number;
    spreadMs?: number;
    random?: number;
  }): Departures {
    const longLived = Array.from({ length: open }, (_none, n) => ({ leave: () => void left.push(n) }));
    return new Departures(clock, { spreadMs }, { longLived: () => longLived }, () => random);
  }

  const within = (ms: number): Deadline => new Deadline(clock, clock.now() + ms);

  it('tells a single one at once', () => {
    create({ open: 1 }).begin(within(20_000));
    expect(left).toEqual([0]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends nothing where nothing is open', () => {
    create({ open: 0 }).begin(within(20_000));
    expect(left).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends all of them, in batches over the whole spread', async () => {
    create({ open: 2000 }).begin(within(20_000));
    expect(left).toHaveLength(40);
    await clock.advance(2500);
    expect(left.length).toBeGreaterThan(900);
    expect(left.length).toBeLessThan(1100);
    await clock.advance(2500);
    expect(new Set(left).size).toBe(2000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes less for few', async () => {
    create({ open: 41 }).begin(within(20_000));
    await clock.advance(200);
    expect(left).toHaveLength(41);
  });

  it('takes half of the time there is at most', async () => {
    create({ open: 2000 }).begin(within(1000));
    await clock.advance(500);
    expect(left).toHaveLength(2000);
  });

  it('jitters every batch, within its own slot', async () => {
    create({ open: 1000, random: 0.99 }).begin(within(20_000));
    // Fifty batches of 100 ms; the second begins half a slot late at most.
    await clock.advance(140);
    expect(left).toHaveLength(20);
    await clock.advance(10);
    expect(left).toHaveLength(40);
  });

  it('tells what opens later at once, and only then', () => {
    const departures = create({ open: 0 });
    departures.opened({ leave: () => void left.push(1) });
    expect(left).toEqual([]);
    departures.begin(within(1000));
    departures.opened({ leave: () => void left.push(2) });
    expect(left).toEqual([2]);
  });

  it('ends nothing after its own end, and leaves no timer', async () => {
    const departures = create({ open: 2000 });
    departures.begin(within(20_000));
    departures.end();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(20_000);
    expect(left).toHaveLength(40);
  });
});
