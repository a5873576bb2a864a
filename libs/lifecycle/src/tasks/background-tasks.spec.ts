import { AsyncLocalStorage } from 'node:async_hooks';
import { ManualClock, promisesSettled } from '../../../../test/support/manual-clock.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { InFlightWork } from '../in-flight/in-flight-work.js';
import { type InFlightItem } from '../in-flight/work.js';
import { timeIsUp } from '../in-flight/time-is-up.js';
import { BackgroundTasks } from './background-tasks.js';
import { TaskTracker } from './task-tracker.js';

const boom = new Error('broken on purpose');
const leaving = new LifecycleError('SHUTTING_DOWN', 'The service is stopping: SIGTERM.');

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

const never = (): Promise<void> => new Promise(() => undefined);

describe('BackgroundTasks', () => {
  let clock: ManualClock;
  let inFlight: InFlightWork;
  let tracker: TaskTracker;
  let tasks: BackgroundTasks;
  let events: LifecycleEvent[];
  let cut: InFlightItem[];

  beforeEach(() => {
    clock = new ManualClock();
    inFlight = new InFlightWork();
    events = [];
    cut = [];
    tracker = new TaskTracker(clock, inFlight, (items) => cut.push(...items));
    inFlight.addSource(tracker);
    tasks = new BackgroundTasks({ clock, own: { tasks: tracker }, tell: (event) => void events.push(event) });
  });

  const stateOf = (name: string): string | undefined => tasks.list().find((task) => task.name === name)?.state;

  it('counts a task while it runs, and lists it as plain data', async () => {
    const task = tasks.run('import', () => promisesSettled());
    expect(inFlight.snapshot(clock.now())).toMatchObject({ total: 1, items: [{ kind: 'task', name: 'import' }] });
    expect(tasks.list()).toEqual([
      { name: 'import', state: 'running', onShutdown: 'finish', restarts: 0, startedAt: expect.any(String) as string },
    ]);
    expect(await task.ended).toMatchObject({ state: 'finished', restarts: 0 });
    expect(JSON.parse(JSON.stringify(tasks.list()))).toEqual(tasks.list());
    expect(inFlight.total).toBe(0);
    expect(events).toEqual([]);
  });

  it('runs a task at once, with a signal that nothing has aborted', () => {
    const signals: AbortSignal[] = [];
    tasks.run('sync', (signal) => void signals.push(signal));
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    ['rejects', () => Promise.reject(boom)],
  ])('tells of a task that %s, and rejects nothing', async (_how, work) => {
    const task = tasks.run('import', work);
    expect(await task.ended).toMatchObject({ state: 'failed', lastError: 'broken on purpose' });
    expect(events).toEqual([{ type: 'task-failed', name: 'import', error: boom }]);
  });

  it('runs one task of a name at a time', async () => {
    const task = tasks.run('poll', untilAborted);
    expect(() => tasks.run('poll', never)).toThrow(/called 'poll' is running\. .* type await stop\('poll'\) before/);
    await task.stop();
    expect(stateOf('poll')).toBe('stopped');
    tasks.run('poll', never);
    expect(tasks.list().map(({ state }) => state)).toEqual(['running']);
  });

  it.each<[unknown, unknown, RegExp]>([
    ['', never, /Type run\('poll orders', …\)/],
    [undefined, never, /has no name/],
    ['poll', Promise.resolve(), /is no function\. Type run\('poll', async \(signal\) => \{ … \}\)/],
  ])('refuses the name %p with %p', (name, work, message) => {
    expect(() => tasks.run(name as string, work as () => void)).toThrow(message);
    expect(tasks.list()).toEqual([]);
  });

  it('lists the last hundred that have ended', async () => {
    const running = tasks.run('first', never);
    for (let id = 0; id < 150; id += 1) await tasks.run(`job ${id}`, () => id).ended;
    tasks.run('last', never);
    expect(tasks.list()).toHaveLength(102);
    expect(
      tasks
        .list()
        .slice(0, 2)
        .map(({ name }) => name),
    ).toEqual([running.name, 'job 50']);
  });

  describe('that is to start again', () => {
    const restart = { maxAttempts: 2, backoff: '1s' } as const;

    it('does so after each failure, and fails when it has failed too often', async () => {
      let runs = 0;
      const task = tasks.run(
        'poll',
        () => {
          runs += 1;
          throw boom;
        },
        { restart },
      );
      await promisesSettled();
      expect(stateOf('poll')).toBe('backing-off');
      expect(inFlight.total).toBe(0);
      await clock.advance(1000);
      await clock.advance(2000);
      expect(await task.ended).toMatchObject({ state: 'failed', restarts: 2, lastError: 'broken on purpose' });
      expect(runs).toBe(3);
      const waits = events.map((event) => (event.type === 'task-failed' ? event.restartInMs : NaN));
      expect(waits).toEqual([expect.any(Number), expect.any(Number), undefined]);
      expect(clock.pendingTimers).toBe(0);
    });

    it('is running again, and keeps what it has failed with', async () => {
      let runs = 0;
      tasks.run('poll', () => ((runs += 1) === 1 ? Promise.reject(boom) : never()), { restart });
      await clock.advance(1000);
      expect(tasks.list()).toMatchObject([{ state: 'running', restarts: 1, lastError: 'broken on purpose' }]);
      expect(inFlight.total).toBe(1);
    });

    it('can be stopped while it waits', async () => {
      const task = tasks.run('poll', () => Promise.reject(boom), { restart });
      await promisesSettled();
      expect(await task.stop()).toMatchObject({ state: 'stopped', restarts: 0, lastError: 'broken on purpose' });
      expect(clock.pendingTimers).toBe(0);
    });

    it.each([
      ['cancel', 'stopped', 1],
      ['finish', 'failed', 2],
    ] as const)('does not do so once the service leaves: %s is %s', async (onShutdown, state, told) => {
      const task = tasks.run('poll', () => Promise.reject(boom), { restart, onShutdown });
      await promisesSettled();
      tracker.leave(leaving);
      expect(await task.ended).toMatchObject({ state, restarts: 0 });
      expect(events).toHaveLength(told);
      expect(clock.pendingTimers).toBe(0);
    });

    it('does not do so when it fails during a shutdown', async () => {
      let fail = (_error: Error): void => undefined;
      const task = tasks.run(
        'poll',
        () =>
          new Promise<void>((_resolve, reject) => {
            fail = reject;
          }),
        { restart },
      );
      tracker.leave(leaving);
      fail(boom);
      expect(await task.ended).toMatchObject({ state: 'failed' });
      expect(events).toEqual([{ type: 'task-failed', name: 'poll', error: boom }]);
    });

    it('keeps the async context in which it was started', async () => {
      const storage = new AsyncLocalStorage<string>();
      const seen: unknown[] = [];
      const work = (): Promise<void> => {
        seen.push(storage.getStore());
        return seen.length === 1 ? Promise.reject(boom) : Promise.resolve();
      };
      const task = storage.run('request 1', () => tasks.run('import', work, { restart }));
      await storage.run('request 2', () => clock.advance(1000));
      await task.ended;
      expect(seen).toEqual(['request 1', 'request 1']);
    });
  });

  describe('when it is stopped', () => {
    it('aborts the signal and waits for the end', async () => {
      const reasons: unknown[] = [];
      tasks.run('poll', async (signal) => {
        await untilAborted(signal);
        reasons.push(signal.reason);
      });
      const stopping = tasks.stop('poll');
      expect(stateOf('poll')).toBe('stopping');
      expect(await stopping).toMatchObject({ state: 'stopped' });
      expect(reasons).toEqual([expect.objectContaining({ code: 'TASK_STOPPED' })]);
      expect(clock.pendingTimers).toBe(0);
    });

    it('takes the error of the abort for no failure, and every other for one', async () => {
      tasks.run('polite', async (signal) => {
        await untilAborted(signal);
        signal.throwIfAborted();
      });
      tasks.run('fetching', async (signal) => {
        await untilAborted(signal);
        throw new DOMException('aborted', 'AbortError');
      });
      tasks.run('failing', async (signal) => {
        await untilAborted(signal);
        throw boom;
      });
      const infos = await tasks.stopAll();
      expect(infos.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'failed']);
      expect(events).toEqual([{ type: 'task-failed', name: 'failing', error: boom }]);
    });

    it('does not wait longer than its timeout, and says so', async () => {
      tasks.run('deaf', never, { timeout: '2s' });
      const stopping = tasks.stop('deaf');
      await clock.advance(1999);
      expect(events).toEqual([]);
      await clock.advance(1);
      expect(await stopping).toMatchObject({ state: 'stopping' });
      expect(events).toEqual([{ type: 'task-not-stopped', name: 'deaf', afterMs: 2000 }]);
      expect(inFlight.total).toBe(1);
    });

    it('says which tasks there are where there is none of the name', async () => {
      tasks.run('poll', never);
      await expect(tasks.stop('pool')).rejects.toThrow("no background task called 'pool'. There are 'poll'.");
    });
  });

  describe('during a shutdown', () => {
    it('cancels at the signal what is to be cancelled, and leaves what is to finish', async () => {
      tasks.run('poll', untilAborted, { onShutdown: 'cancel' });
      const signals: AbortSignal[] = [];
      tasks.run('import', (signal) => {
        signals.push(signal);
        return never();
      });
      tracker.leave(leaving);
      await promisesSettled();
      expect([stateOf('poll'), stateOf('import')]).toEqual(['stopped', 'running']);
      tracker.interrupt(timeIsUp());
      expect(signals[0]?.reason).toMatchObject({ code: 'SHUTTING_DOWN' });
      expect(stateOf('import')).toBe('stopping');
      expect(cut).toEqual([]);
    });

    it('gives up what does not end in its timeout, once, and names it', async () => {
      tasks.run('deaf', never, { onShutdown: 'cancel', timeout: '2s' });
      tracker.leave(leaving);
      await clock.advance(1999);
      expect(inFlight.total).toBe(1);
      await clock.advance(1);
      expect(inFlight.total).toBe(0);
      expect(cut).toMatchObject([{ kind: 'task', name: 'deaf', ageMs: 2000 }]);
      expect(tracker.cutEarlier).toBe(1);
      expect(tracker.ended).toBe(0);
    });

    it('does not start what would be cancelled at once', async () => {
      tracker.leave(leaving);
      let runs = 0;
      const task = tasks.run(
        'poll',
        () => {
          runs += 1;
        },
        { onShutdown: 'cancel' },
      );
      expect(await task.ended).toMatchObject({ state: 'stopped' });
      expect(runs).toBe(0);
      expect(await tasks.run('send', () => 1).ended).toMatchObject({ state: 'finished' });
    });

    it('cancels after the hooks where sources hear of no signal', async () => {
      tasks.run('poll', untilAborted, { onShutdown: 'cancel' });
      const { Deadline } = await import('../deadline/deadline.js');
      await tracker.afterHooks(new Deadline(clock, clock.now()));
      expect(stateOf('poll')).toBe('stopping');
    });
  });
});
