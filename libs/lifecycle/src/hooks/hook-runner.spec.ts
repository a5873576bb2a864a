import { firstValueFrom, Observable, of, Subject, throwError } from 'rxjs';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { EventStream } from '../events/event-stream.js';
import { type HookSettled, type LifecycleEvent } from '../events/lifecycle-event.js';
import { type Hook, type HookOptions } from './hook.js';
import { toHook } from './hook-options.js';
import { HookRunner } from './hook-runner.js';
import { type ShutdownContext } from './shutdown-context.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('HookRunner', () => {
  let clock: ManualClock;
  let runner: HookRunner;
  let settled: HookSettled[];
  let told: LifecycleEvent[];
  let started: string[];
  let unwanted: Set<string>;

  beforeEach(() => {
    clock = new ManualClock();
    settled = [];
    told = [];
    started = [];
    unwanted = new Set();
    const events = new EventStream();
    events.read((event) => void told.push(event));
    events.read((event) => void (event.type === 'hook-settled' && settled.push(event)));
    runner = new HookRunner(clock, events);
  });

  const hook = (name: string, run: (context: ShutdownContext) => unknown, options: HookOptions = {}): Hook =>
    toHook(name, options, run);

  /** Runs groups within a budget; says afterwards whether it is over. */
  function run(groups: readonly (readonly Hook[])[], budgetMs = 1000): { isOver: boolean } {
    const state = { isOver: false };
    const isWanted = ({ name }: Hook): boolean => !unwanted.has(name);
    const onStart = ({ name }: Hook): void => void started.push(name);
    const deadline = new Deadline(clock, clock.now() + budgetMs);
    const options = { reason: 'SIGTERM', isWanted, onStart, ready: () => Promise.resolve() };
    void runner.run(groups, deadline, options).then(() => (state.isOver = true));
    return state;
  }

  it('tells when a hook is called, and when one that had timed out ends after all', async () => {
    const gate = new Subject<void>();
    run([[hook('slow', () => firstValueFrom(gate, { defaultValue: undefined }), { timeout: 100 })]]);
    await clock.advance(100);
    expect(told.map(({ type }) => type)).toEqual(['hook-started', 'hook-settled']);
    await clock.advance(400);
    gate.complete();
    await clock.advance(0);
    expect(told).toEqual([
      { type: 'hook-started', name: 'slow', phase: 'closing', priority: 50, allowedMs: 100 },
      expect.objectContaining({ type: 'hook-settled', result: 'timed-out' }),
      { type: 'hook-ended-late', name: 'slow', phase: 'closing', durationMs: 500 },
    ]);
  });

  const results = (): Record<string, string> => Object.fromEntries(settled.map(({ name, result }) => [name, result]));

  it('runs the hooks of a group in parallel, and the next group when all of them have ended', async () => {
    const gates = { first: new Subject<void>(), second: new Subject<void>() };
    const state = run([
      [hook('first', () => gates.first), hook('second', () => gates.second)],
      [hook('third', () => of())],
    ]);
    await clock.advance(0);
    expect(started).toEqual(['first', 'second']);
    expect(runner.running.map(({ name }) => name)).toEqual(['first', 'second']);
    gates.second.complete();
    await clock.advance(0);
    expect(started).toEqual(['first', 'second']);
    expect(runner.running.map(({ name }) => name)).toEqual(['first']);
    gates.first.complete();
    await clock.advance(0);
    expect(started).toEqual(['first', 'second', 'third']);
    expect(state.isOver).toBe(true);
    expect(runner.running.map(({ name }) => name)).toEqual([]);
    expect(settled.map(({ name }) => name)).toEqual(['second', 'first', 'third']);
  });

  it('waits no longer than the hooks take, and leaves no timer behind', async () => {
    const state = run([[hook('quick', () => 'done')], [hook('as quick', () => Promise.resolve())]]);
    await clock.advance(0);
    expect(state.isOver).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('passes over a hook that was unregistered before its turn', async () => {
    run([[hook('first', () => unwanted.add('second'))], [hook('second', () => of()), hook('third', () => of())]]);
    await clock.advance(0);
    expect(started).toEqual(['first', 'third']);
  });

  it('has nothing to do without hooks', async () => {
    const state = run([]);
    await clock.advance(0);
    expect(state.isOver).toBe(true);
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['a value', () => 'a value'],
    ['a promise', () => Promise.resolve()],
    ['an Observable', () => of(1, 2, 3)],
    ['a promise of an Observable', () => Promise.resolve(of(1))],
  ])('takes a hook that returns %s for done', async (_what, work) => {
    run([[hook('hook', work)]]);
    await clock.advance(0);
    expect(settled).toEqual([
      { type: 'hook-settled', name: 'hook', phase: 'closing', priority: 50, durationMs: 0, result: 'done' },
    ]);
  });

  const error = new Error('broken');
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw error;
      },
    ],
    ['rejects', () => Promise.reject(error)],
    ['returns an Observable that fails', () => throwError(() => error)],
  ])('runs the others when a hook %s, and says what it was', async (_what, work) => {
    const state = run([[hook('broken', work), hook('beside', () => of())], [hook('behind', () => of())]]);
    await clock.advance(0);
    expect(results()).toEqual({ broken: 'failed', beside: 'done', behind: 'done' });
    expect(settled.find(({ name }) => name === 'broken')?.error).toBe(error);
    expect(state.isOver).toBe(true);
  });

  it('tells how long a hook took', async () => {
    run([[hook('slow', () => new Promise<void>((resolve) => void clock.after(300, resolve)))]]);
    await clock.advance(300);
    expect(settled).toMatchObject([{ result: 'done', durationMs: 300 }]);
  });

  it('tells a hook how much time it has, why it runs and in which phase', async () => {
    const contexts: ShutdownContext[] = [];
    run([[hook('hook', (context) => contexts.push(context), { phase: 'draining' })]]);
    await clock.advance(0);
    expect(contexts).toMatchObject([{ remainingMs: 1000, reason: 'SIGTERM', phase: 'draining' }]);
    expect(contexts[0]?.signal.aborted).toBe(false);
  });

  it('aborts the signal of a hook that hangs when its time is up, and not before', async () => {
    const signals: AbortSignal[] = [];
    const hang = ({ signal }: ShutdownContext): Promise<never> => {
      signals.push(signal);
      return never();
    };
    const state = run([[hook('hanging', hang)]]);
    await clock.advance(999);
    expect(signals[0]?.aborted).toBe(false);
    expect(state.isOver).toBe(false);
    await clock.advance(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(signals[0]?.reason).toMatchObject({
      code: 'HOOK_TIMED_OUT',
      message: 'hanging did not finish within 1s.',
    });
    expect(state.isOver).toBe(true);
    expect(settled).toMatchObject([{ result: 'timed-out', durationMs: 1000, error: { code: 'HOOK_TIMED_OUT' } }]);
  });

  it('does not abort the signal of a hook that is done', async () => {
    const signals: AbortSignal[] = [];
    run([[hook('quick', ({ signal }) => signals.push(signal)), hook('hanging', never)]]);
    await clock.advance(5000);
    expect(signals[0]?.aborted).toBe(false);
  });

  it('does not mind what a hook does when its time is up', async () => {
    const late = ({ signal }: ShutdownContext): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    run([[hook('late', late)]]);
    await clock.advance(1000);
    expect(settled).toMatchObject([{ result: 'timed-out' }]);
  });

  it('calls a hook late that blocks the event loop beyond its timeout, although it has ended', async () => {
    run([[hook('sorting', () => clock.block(700), { timeout: 500 })]]);
    await clock.advance(0);
    expect(settled).toMatchObject([{ result: 'timed-out', durationMs: 700, error: { code: 'HOOK_TIMED_OUT' } }]);
    expect(String(settled[0]?.error)).toMatch(/within 500ms: it took 700ms, .*blocked/);
  });

  it('does not blame a hook for the event loop that another one has blocked', async () => {
    const quick = async (): Promise<void> => Promise.resolve();
    run([[hook('quick', quick, { timeout: 500 }), hook('sorting', () => clock.block(700), { timeout: 500 })]]);
    await clock.advance(0);
    expect(results()).toEqual({ quick: 'done', sorting: 'timed-out' });
  });

  it('unsubscribes from an Observable that does not end', async () => {
    let isSubscribed = false;
    const endless = new Observable(() => {
      isSubscribed = true;
      return () => (isSubscribed = false);
    });
    run([[hook('endless', () => endless)]]);
    await clock.advance(999);
    expect(isSubscribed).toBe(true);
    await clock.advance(1);
    expect(isSubscribed).toBe(false);
    expect(results()).toEqual({ endless: 'timed-out' });
  });

  it('waits until an Observable completes, not for its first value', async () => {
    const work = new Subject<number>();
    const state = run([[hook('observable', () => work)]]);
    await clock.advance(0);
    work.next(1);
    await clock.advance(500);
    expect(state.isOver).toBe(false);
    work.complete();
    await clock.advance(0);
    expect(results()).toEqual({ observable: 'done' });
  });

  describe('explicit timeouts', () => {
    it('cap a hook, and only that one', async () => {
      const contexts: ShutdownContext[] = [];
      const hang = (context: ShutdownContext): Promise<never> => {
        contexts.push(context);
        return never();
      };
      run([[hook('capped', hang, { timeout: 200 }), hook('uncapped', hang)]]);
      await clock.advance(199);
      expect(settled).toEqual([]);
      await clock.advance(1);
      expect(results()).toEqual({ capped: 'timed-out' });
      expect(contexts.map(({ remainingMs }) => remainingMs)).toEqual([200, 1000]);
      await clock.advance(800);
      expect(results()).toEqual({ capped: 'timed-out', uncapped: 'timed-out' });
    });

    it('may be as short as one likes', async () => {
      run([[hook('short', never, { timeout: 10 })]]);
      await clock.advance(10);
      expect(settled).toMatchObject([{ result: 'timed-out', durationMs: 10 }]);
    });

    it('do not reach beyond the deadline', async () => {
      run([[hook('long', never, { timeout: '1m' })]]);
      await clock.advance(1000);
      expect(settled).toMatchObject([{ result: 'timed-out', durationMs: 1000 }]);
    });
  });

  it('leaves time for the groups behind one that hangs', async () => {
    const given: number[] = [];
    const note = ({ remainingMs }: ShutdownContext): number => given.push(Math.round(remainingMs));
    const state = run([[hook('hanging', never)], [hook('second', note)], [hook('third', note)]]);
    await clock.advance(799);
    expect(started).toEqual(['hanging']);
    await clock.advance(1);
    expect(results()).toEqual({ hanging: 'timed-out', second: 'done', third: 'done' });
    // A tenth is kept for each group behind: of 1000 ms twice, then of the 200 ms that are left.
    expect(given).toEqual([180, 200]);
    expect(state.isOver).toBe(true);
  });

  it('keeps half at most, however many groups are behind', async () => {
    run([[hook('hanging', never)], ...Array.from({ length: 20 }, (_, index) => [hook(`behind ${index}`, () => of())])]);
    await clock.advance(499);
    expect(settled).toEqual([]);
    await clock.advance(1);
    expect(settled).toHaveLength(21);
  });

  it('calls every hook even when all groups hang, and the last when the time is up', async () => {
    const groups = Array.from({ length: 8 }, (_, index) => [hook(`group ${index}`, never)]);
    const state = run(groups);
    await clock.advance(1000 + 8 * 100);
    expect(started).toHaveLength(8);
    expect(settled.every(({ result }) => result === 'timed-out')).toBe(true);
    expect(state.isOver).toBe(true);
  });

  it('gives a hook whose turn comes too late a moment', async () => {
    const given: number[] = [];
    run([[hook('late', ({ remainingMs }) => given.push(remainingMs))]], -5000);
    await clock.advance(0);
    expect(given).toEqual([100]);
    expect(results()).toEqual({ late: 'done' });
  });

  it('runs the others when a hook blocks the event loop', async () => {
    const state = run([
      [hook('blocking', () => clock.block(5000)), hook('beside', () => of())],
      [hook('behind', () => of())],
    ]);
    await clock.advance(0);
    expect(results()).toEqual({ blocking: 'timed-out', beside: 'done', behind: 'done' });
    expect(settled[0]?.durationMs).toBe(5000);
    expect(state.isOver).toBe(true);
  });
});
