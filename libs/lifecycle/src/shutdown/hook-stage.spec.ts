import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { EventStream } from '../events/event-stream.js';
import { type HookSettled } from '../events/lifecycle-event.js';
import { HookRegistry } from '../hooks/hook-registry.js';
import { HookRunner } from '../hooks/hook-runner.js';
import { InFlightWork } from '../in-flight/in-flight-work.js';
import { TaskTracker } from '../tasks/task-tracker.js';
import { HookStage } from './hook-stage.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('HookStage', () => {
  let clock: ManualClock;
  let hooks: HookRegistry;
  let stage: HookStage;
  let settled: HookSettled[];
  let called: string[];
  let tasks: TaskTracker;

  beforeEach(() => {
    clock = new ManualClock();
    settled = [];
    called = [];
    const events = new EventStream();
    events.read((event) => void (event.type === 'hook-settled' && settled.push(event)));
    hooks = new HookRegistry(() => undefined);
    tasks = new TaskTracker(clock, new InFlightWork());
    stage = new HookStage(hooks, new HookRunner(clock, events), tasks);
  });

  const note = (name: string) => (): void => void called.push(name);
  const within = (ms: number): Deadline => new Deadline(clock, clock.now() + ms);
  const begin = (): void => stage.begin('SIGTERM', () => within(500));

  it('lets the work that a hook has left running end before the next priority', async () => {
    tasks.close();
    let sent = (): void => undefined;
    const flush = (): void => {
      called.push('flush');
      void tasks.run('outbox', new Promise<void>((resolve) => (sent = resolve)));
    };
    hooks.register('outbox', flush, { priority: 60 });
    hooks.register('database', note('database'), { priority: 80 });
    begin();
    void stage.run('closing', within(1000));
    await clock.advance(0);
    expect(called).toEqual(['flush']);
    sent();
    await clock.advance(0);
    expect(called).toEqual(['flush', 'database']);
  });

  it('does not let such work starve those behind it', async () => {
    tasks.close();
    hooks.register('outbox', () => void tasks.run('outbox', never()), { priority: 60 });
    hooks.register('database', note('database'), { priority: 80 });
    begin();
    void stage.run('closing', within(1000));
    await clock.advance(1000);
    expect(called).toEqual(['database']);
  });

  it('waits for late hooks that bring others', async () => {
    begin();
    await stage.run('closing', within(1000));
    let isOver = false;
    hooks.register('first', async () => {
      await Promise.resolve();
      hooks.register('second', () => new Promise<void>((resolve) => void clock.after(50, resolve)));
    });
    void stage.lateOnesEnded().then(() => (isOver = true));
    await clock.advance(49);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect([isOver, stage.waiting]).toEqual([true, []]);
  });

  it('runs the hooks of a phase when its turn comes, and tells them why', async () => {
    const reasons: string[] = [];
    hooks.register('intake', note('intake'), { phase: 'lame-duck' });
    hooks.register('database', ({ reason }: { reason: string }) => reasons.push(reason));
    begin();
    await stage.run('lame-duck', within(1000));
    expect(called).toEqual(['intake']);
    expect(reasons).toEqual([]);
    await stage.run('closing', within(1000));
    expect(reasons).toEqual(['SIGTERM']);
  });

  it('counts hooks before, while and after they run', async () => {
    hooks.register('first', note('first'), { priority: 1 });
    hooks.register('second', never, { priority: 2 });
    expect(stage.counts).toEqual({ total: 2, done: 0 });
    begin();
    expect(stage.counts).toEqual({ total: 2, done: 0 });
    const run = stage.run('closing', within(1000));
    await clock.advance(0);
    expect(stage.running.map(({ name }) => name)).toEqual(['second']);
    expect(stage.counts).toEqual({ total: 2, done: 1 });
    await clock.advance(1000);
    await run;
    expect(stage.counts).toEqual({ total: 2, done: 2 });
  });

  it('knows which hooks have not been called', async () => {
    hooks.register('intake', note('intake'), { phase: 'lame-duck' });
    hooks.register('first', never, { priority: 1 });
    hooks.register('second', note('second'), { priority: 2 });
    begin();
    const waiting = (): string[] => stage.waiting.map(({ name }) => name);
    expect(waiting()).toEqual(['intake', 'first', 'second']);
    await stage.run('lame-duck', within(1000));
    expect(waiting()).toEqual(['first', 'second']);
    void stage.run('closing', within(1000));
    await clock.advance(0);
    expect(waiting()).toEqual(['second']);
  });

  it('neither waits for nor counts a hook that was undone before its turn', async () => {
    const undo = hooks.register('temporary', note('temporary'));
    hooks.register('pool', note('pool'));
    begin();
    undo();
    expect(stage.waiting.map(({ name }) => name)).toEqual(['pool']);
    await stage.run('closing', within(1000));
    expect(called).toEqual(['pool']);
    expect(stage.counts).toEqual({ total: 1, done: 1 });
  });

  it('does not call a hook that an earlier one of its phase has undone', async () => {
    const undo = hooks.register('pool', note('pool'), { priority: 80 });
    hooks.register('owner', undo, { priority: 40 });
    begin();
    await stage.run('closing', within(1000));
    expect(called).toEqual([]);
    expect(settled.map(({ name }) => name)).toEqual(['owner']);
  });

  it('gives a hook that comes before its phase its turn', async () => {
    begin();
    await stage.run('lame-duck', within(1000));
    hooks.register('late but in time', note('late but in time'));
    await clock.advance(0);
    expect(called).toEqual([]);
    expect(stage.counts).toEqual({ total: 1, done: 0 });
    await stage.run('closing', within(1000));
    expect(called).toEqual(['late but in time']);
  });

  it('runs a hook at once that comes while its phase runs, or after it', async () => {
    hooks.register('slow', never);
    begin();
    const run = stage.run('closing', within(1000));
    await clock.advance(100);
    hooks.register('during', note('during'), { priority: 99 });
    expect(called).toEqual(['during']);
    await clock.advance(900);
    await run;
    hooks.register('after', note('after'));
    expect(called).toEqual(['during', 'after']);
    await stage.lateOnesEnded();
    expect(settled.map(({ name, result }) => [name, result])).toEqual([
      ['during', 'done'],
      ['slow', 'timed-out'],
      ['after', 'done'],
    ]);
    expect(stage.counts).toEqual({ total: 3, done: 3 });
  });

  it('waits for hooks that came late, within their own share of the time', async () => {
    begin();
    await stage.run('closing', within(1000));
    hooks.register('hanging', never);
    hooks.register('capped', never, { timeout: 200 });
    let isOver = false;
    void stage.lateOnesEnded().then(() => (isOver = true));
    await clock.advance(200);
    expect(settled.map(({ name }) => name)).toEqual(['capped']);
    await clock.advance(299);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(isOver).toBe(true);
    expect(settled.map(({ name, result }) => [name, result])).toEqual([
      ['capped', 'timed-out'],
      ['hanging', 'timed-out'],
    ]);
  });

  it('runs nothing at once before a shutdown', async () => {
    hooks.register('pool', note('pool'));
    await clock.advance(0);
    expect(called).toEqual([]);
    expect(stage.counts).toEqual({ total: 1, done: 0 });
    expect(stage.waiting).toEqual([]);
  });
});
