import { setImmediate as nextTurn } from 'node:timers/promises';
import { LoopWatch } from './loop-watch.js';

describe('LoopWatch', () => {
  let now: number;
  let idle: number;
  let watch: LoopWatch;

  beforeEach(() => {
    now = 1000;
    idle = 0;
    watch = new LoopWatch({ now: () => now, idleMs: () => idle });
    watch.start();
  });

  afterEach(() => {
    watch.stop();
  });

  it('knows of no block while the loop turns', () => {
    now += 600;
    idle += 590;
    expect(watch.blockedMs).toBe(0);
  });

  it('measures a block from its beginning, without the time in which the loop had waited before', () => {
    now += 10_800;
    idle += 300;
    expect(watch.blockedMs).toBe(10_500);
  });

  it('does not take a process that was stopped from outside for one that was busy', () => {
    now += 60_000;
    idle += 60_000;
    expect(watch.blockedMs).toBe(0);
  });

  it('knows of nothing when it is stopped', () => {
    watch.stop();
    now += 10_000;
    expect(watch.blockedMs).toBe(0);
  });
});

describe('LoopWatch, of the real loop', () => {
  it('has seen a block in the turn after it, and has forgotten it in the next', async () => {
    const watch = new LoopWatch();
    watch.start();
    try {
      await nextTurn();
      const until = performance.now() + 900;
      while (performance.now() < until);
      expect(watch.blockedMs).toBeGreaterThan(800);
      // The beat that was held up runs now, and then the turn ends.
      while (watch.blockedMs > 0) await nextTurn();
      expect(watch.blockedMs).toBe(0);
    } finally {
      watch.stop();
    }
  });
});
