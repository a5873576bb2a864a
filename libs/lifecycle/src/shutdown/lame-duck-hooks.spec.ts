import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { Limit } from '../deadline/limit.js';
import { EventStream } from '../events/event-stream.js';
import { HookRegistry } from '../hooks/hook-registry.js';
import { HookRunner } from '../hooks/hook-runner.js';
import { InFlightWork } from '../in-flight/in-flight-work.js';
import { TaskTracker } from '../tasks/task-tracker.js';
import { HookStage } from './hook-stage.js';
import { LameDuckHooks } from './lame-duck-hooks.js';

const never = (): Promise<never> => new Promise(() => undefined);

/** A lame duck of 5 s, then a drain. Everything before the hooks has 23 s. */
describe('LameDuckHooks', () => {
  let clock: ManualClock;
  let start: number;
  let hooks: HookRegistry;
  let settled: [name: string, result: string, atMs: number][];
  let lameDuck: LameDuckHooks;
  let endDrain: () => void;

  beforeEach(() => {
    clock = new ManualClock();
    start = clock.now();
    settled = [];
    const events = new EventStream();
    events.read((event) => {
      if (event.type === 'hook-settled') settled.push([event.name, event.result, clock.now() - start]);
    });
    hooks = new HookRegistry(() => undefined);
    const tasks = new TaskTracker(clock, new InFlightWork());
    const stage = new HookStage(hooks, new HookRunner(clock, events), tasks);
    lameDuck = new LameDuckHooks({ clock, hooks: stage });
    stage.begin('SIGTERM', () => within(500));
  });

  const within = (ms: number): Deadline => new Deadline(clock, clock.now() + ms);
  const work = (ms: number) => (): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
  const register = (name: string, run: () => unknown, options: object = {}): void =>
    void hooks.register(name, run, { phase: 'lame-duck', ...options });

  /** Runs the lame duck, and the drain after it. Says when each was over. */
  function run(drainMs = 18_000): { lameDuckMs?: number; drainMs?: number } {
    const state: { lameDuckMs?: number; drainMs?: number } = {};
    const beforeHooks = within(23_000);
    void (async () => {
      await lameDuck.run(beforeHooks.within(5000), beforeHooks);
      state.lameDuckMs = clock.now() - start;
      const drain = beforeHooks.within(drainMs);
      const limit = new Limit();
      endDrain = () => limit.moveTo(clock.now());
      await lameDuck.drain(drain, drain.limitedBy(limit), () => beforeHooks.at);
      state.drainMs = clock.now() - start;
    })();
    return state;
  }

  it('lets a hook of nine seconds come to its end, and the drain begin meanwhile', async () => {
    register('consumer', work(9000));
    const state = run();
    await clock.advance(5000);
    expect(state).toEqual({ lameDuckMs: 5000 });
    await clock.advance(3999);
    expect(settled).toEqual([]);
    await clock.advance(1);
    expect(settled).toEqual([['consumer', 'done', 9000]]);
    expect(state.drainMs).toBe(9000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not wait for the share when all have ended', async () => {
    register('consumer', work(100));
    const state = run();
    await clock.advance(100);
    expect(state).toEqual({ lameDuckMs: 100, drainMs: 100 });
  });

  it('gives up one that hangs at the end of the share of the drain', async () => {
    register('hangs', never);
    const state = run(2000);
    await clock.advance(6999);
    expect(settled).toEqual([]);
    await clock.advance(1);
    expect(settled).toEqual([['hangs', 'timed-out', 7000]]);
    expect(state.drainMs).toBe(7000);
  });

  it('gives it a second more where the drain is ended early', async () => {
    register('hangs', never);
    const state = run();
    await clock.advance(8000);
    endDrain();
    await clock.advance(999);
    expect(settled).toEqual([]);
    await clock.advance(1);
    expect(settled).toEqual([['hangs', 'timed-out', 9000]]);
    expect(state.drainMs).toBe(9000);
  });

  it('keeps to the timeout that a hook has', async () => {
    register('short', never, { timeout: '1s' });
    register('long', never, { timeout: '8s' });
    const state = run();
    await clock.advance(20_000);
    expect(settled).toEqual([
      ['short', 'timed-out', 1000],
      ['long', 'timed-out', 8000],
    ]);
    expect(state).toEqual({ lameDuckMs: 5000, drainMs: 8000 });
  });

  it('begins the hooks of higher priorities within the share', async () => {
    register('hangs', never, { priority: 10 });
    let begunAt: number | undefined;
    register('behind', () => (begunAt = clock.now() - start), { priority: 20 });
    run();
    await clock.advance(4499);
    expect(begunAt).toBeUndefined();
    await clock.advance(1);
    expect(begunAt).toBe(4500);
  });

  it('waits in the drain for a hook that is added to it', async () => {
    register('consumer', work(6000));
    const state = run();
    await clock.advance(5000);
    register('late', work(3000));
    await clock.advance(3000);
    expect(settled).toEqual([
      ['consumer', 'done', 6000],
      ['late', 'done', 8000],
    ]);
    expect(state.drainMs).toBe(8000);
  });
});
