import { ManualClock } from '../../../../test/support/manual-clock.js';
import { TaskTracker } from '../tasks/task-tracker.js';
import { InFlightWork } from './in-flight-work.js';
import { toItem, type Work } from './work.js';
import { WorkSet } from './work-set.js';

const work = (kind: Work['kind'], name: string, more: Partial<Work> = {}): Work => ({
  kind,
  startedAt: 0,
  describe: () => ({ name }),
  ...more,
});

describe('InFlightWork', () => {
  let inFlight: InFlightWork;
  let requests: WorkSet;
  let tasks: WorkSet;

  beforeEach(() => {
    inFlight = new InFlightWork();
    requests = new WorkSet(inFlight.settled);
    tasks = new WorkSet(inFlight.settled);
    inFlight.addSource(requests);
    inFlight.addSource(tasks);
  });

  it('counts what runs and what has ended, over all sources', () => {
    const [first, second, task] = [work('response', 'a'), work('response', 'b'), work('task', 'c')];
    requests.add(first);
    requests.add(second);
    tasks.add(task);
    expect([inFlight.total, inFlight.ended]).toEqual([3, 0]);
    requests.remove(first);
    tasks.remove(task);
    expect([inFlight.total, inFlight.ended]).toEqual([1, 2]);
  });

  it('counts an end once, however often it is told', () => {
    const request = work('response', 'a');
    requests.add(request);
    requests.remove(request);
    requests.remove(request);
    requests.remove(work('response', 'never added'));
    expect([inFlight.total, inFlight.ended]).toEqual([0, 1]);
  });

  it('is idle at once when nothing is in flight', async () => {
    await inFlight.whenIdle();
  });

  it('is idle when the last piece of work of the last source has ended, and not before', async () => {
    const [request, task] = [work('response', 'a'), work('task', 'b')];
    requests.add(request);
    tasks.add(task);
    let idle = 0;
    const waiting = [inFlight.whenIdle(), inFlight.whenIdle()].map((promise) => promise.then(() => (idle += 1)));
    requests.remove(request);
    await Promise.resolve();
    expect(idle).toBe(0);
    tasks.remove(task);
    await Promise.all(waiting);
    expect(idle).toBe(2);
  });

  it('can be waited for again when new work has come', async () => {
    const [first, second] = [work('task', 'a'), work('task', 'b')];
    tasks.add(first);
    const once = inFlight.whenIdle();
    tasks.remove(first);
    await once;
    tasks.add(second);
    let isIdle = false;
    const again = inFlight.whenIdle().then(() => (isIdle = true));
    await Promise.resolve();
    expect(isIdle).toBe(false);
    tasks.remove(second);
    await again;
  });

  it('shows what is in flight by kind, the oldest first, with its age', () => {
    requests.add(work('response', 'GET /b', { startedAt: 200 }));
    requests.add(work('message', 'orders.created', { startedAt: 300.4 }));
    tasks.add(work('task', 'import', { startedAt: 100 }));
    expect(inFlight.snapshot(1000)).toEqual({
      total: 3,
      responses: 1,
      handlers: 0,
      messages: 1,
      tasks: 1,
      items: [
        { kind: 'task', name: 'import', ageMs: 900 },
        { kind: 'response', name: 'GET /b', ageMs: 800 },
        { kind: 'message', name: 'orders.created', ageMs: 700 },
      ],
    });
  });

  it('shows a request once, whose handler runs and whose response is open', () => {
    const answer = {};
    requests.add(work('response', 'GET /a', { answer }));
    requests.add(work('handler', 'Orders.list', { answer }));
    requests.add(work('response', 'GET /b'));
    requests.add(work('handler', 'its client has gone', { answer: {} }));
    requests.add(work('handler', 'Chat.say'));
    const { total, responses, handlers, items } = inFlight.snapshot(0);
    expect({ total, responses, handlers }).toEqual({ total: 4, responses: 2, handlers: 3 });
    expect(items.map(({ name }) => name)).toEqual(['GET /a', 'GET /b', 'its client has gone', 'Chat.say']);
  });

  it('shows a request once whose client has gone, however many handlers run for it', () => {
    const answer = {};
    for (const name of ['Query.slow', 'Query.again']) requests.add(work('handler', name, { answer }));
    const { total, responses, handlers, items } = inFlight.snapshot(0);
    expect({ total, responses, handlers }).toEqual({ total: 1, responses: 0, handlers: 2 });
    expect(items.map(({ name }) => name)).toEqual(['Query.slow']);
  });

  it('puts names together only when they are asked for', () => {
    let asked = 0;
    const shy = work('task', 'shy', { describe: () => ({ name: `asked ${(asked += 1)} times` }) });
    tasks.add(shy);
    tasks.remove(shy);
    expect(inFlight.total).toBe(0);
    expect(asked).toBe(0);
  });

  it('never shows an age below nothing', () => {
    expect(toItem(work('task', 'a', { startedAt: 5 }), 3)).toEqual({ kind: 'task', name: 'a', ageMs: 0 });
  });
});

describe('TaskTracker', () => {
  let clock: ManualClock;
  let inFlight: InFlightWork;
  let tasks: TaskTracker;

  beforeEach(() => {
    clock = new ManualClock();
    inFlight = new InFlightWork();
    tasks = new TaskTracker(clock, inFlight);
    inFlight.addSource(tasks);
  });

  const names = (): string[] => inFlight.snapshot(clock.now()).items.map(({ name }) => name);

  it('counts a task until it is done', async () => {
    const task = tasks.start('import');
    await clock.advance(500);
    expect(inFlight.snapshot(clock.now())).toMatchObject({ tasks: 1, items: [{ kind: 'task', ageMs: 500 }] });
    expect(names()).toEqual(['import']);
    task.done();
    task.done();
    expect([inFlight.total, inFlight.ended]).toEqual([0, 1]);
  });

  it('ends a task at the end of its block', async () => {
    {
      using task = tasks.start('block');
      expect(task.signal.aborted).toBe(false);
      expect(names()).toEqual(['block']);
    }
    {
      await using task = tasks.start('async block');
      expect(task.signal.aborted).toBe(false);
      expect(names()).toEqual(['async block']);
    }
    expect(names()).toEqual([]);
  });

  it('counts a promise until it settles, and hands its result on', async () => {
    let finish = (_value: string): void => undefined;
    const result = tasks.run('import', new Promise<string>((resolve) => (finish = resolve)));
    expect(names()).toEqual(['import']);
    finish('imported');
    await expect(result).resolves.toBe('imported');
    expect(names()).toEqual([]);
  });

  it('stops counting work that throws or rejects, and hands the error on', async () => {
    const error = new Error('broken');
    await expect(tasks.run('rejects', Promise.reject(error))).rejects.toBe(error);
    const thrown = tasks.run('throws', () => {
      throw error;
    });
    await expect(thrown).rejects.toBe(error);
    expect(inFlight.total).toBe(0);
  });

  it('aborts the signal of every task when the time is up, of later ones too', async () => {
    const reason = new Error('time is up');
    const signals: AbortSignal[] = [];
    const running = tasks.run('import', (signal) => {
      signals.push(signal);
      return new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
    });
    expect(signals[0]?.aborted).toBe(false);
    tasks.interrupt(reason);
    await running;
    expect(tasks.start('later').signal.reason).toBe(reason);
  });
});
