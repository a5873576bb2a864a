import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Readiness } from '../health/readiness.js';
import { ReadyPoll } from './ready-poll.js';

describe('ReadyPoll', () => {
  let clock: ManualClock;
  let readiness: Readiness;
  let poll: ReadyPoll;
  let readyAt: number[];
  let isUp: boolean;
  let checks: number;

  beforeEach(() => {
    clock = new ManualClock();
    const start = clock.now();
    readyAt = [];
    isUp = false;
    checks = 0;
    readiness = new Readiness(
      clock,
      { onShutdown: 'fail', cacheForMs: 0, timeoutMs: 100 },
      { hasStarted: false, isShuttingDown: false },
      { gateDown: () => undefined },
    );
    poll = new ReadyPoll(clock, readiness, () => readyAt.push(clock.now() - start));
  });

  const addGate = (): void =>
    void readiness.addGate('database', () => {
      checks += 1;
      return isUp;
    });

  it('is ready in the same tick without gates', () => {
    poll.start();
    expect(readyAt).toEqual([0]);
  });

  it('is ready as soon as every gate is up', async () => {
    addGate();
    isUp = true;
    poll.start();
    expect(readyAt).toEqual([]);
    await clock.advance(0);
    expect(readyAt).toEqual([0]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('asks again every second while a gate is down', async () => {
    addGate();
    poll.start();
    await clock.advance(2500);
    expect(checks).toBe(3);
    expect(readyAt).toEqual([]);
    isUp = true;
    await clock.advance(500);
    expect(readyAt).toEqual([3000]);
    await clock.advance(10_000);
    expect(checks).toBe(4);
  });

  it('asks once at a time, however often it is started', async () => {
    addGate();
    poll.start();
    poll.start();
    await clock.advance(0);
    poll.start();
    await clock.advance(1000);
    expect(checks).toBe(2);
  });

  it('asks no more once it is stopped, and keeps no process alive', async () => {
    addGate();
    poll.start();
    await clock.advance(100);
    poll.stop();
    expect(clock.pendingTimers).toBe(0);
    isUp = true;
    await clock.advance(10_000);
    expect(checks).toBe(1);
    expect(readyAt).toEqual([]);
  });

  it('can be stopped while a gate is being asked', async () => {
    readiness.addGate('slow', () => new Promise<void>((resolve) => void clock.after(50, resolve)));
    addGate();
    poll.start();
    poll.stop();
    await clock.advance(10_000);
    expect(checks).toBe(1);
    expect(readyAt).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
