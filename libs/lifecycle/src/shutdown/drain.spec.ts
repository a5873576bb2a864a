import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { EventStream } from '../events/event-stream.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { InFlightWork } from '../in-flight/in-flight-work.js';
import { type Work } from '../in-flight/work.js';
import { WorkSet } from '../in-flight/work-set.js';
import { type Source, WorkSources } from '../in-flight/work-sources.js';
import { ShutdownState } from '../phase/shutdown-state.js';
import { TaskTracker } from '../tasks/task-tracker.js';
import { Departures } from '../in-flight/departures.js';
import { Notices } from '../in-flight/notices.js';
import { Drain } from './drain.js';

describe('Drain', () => {
  let clock: ManualClock;
  let inFlight: InFlightWork;
  let responses: WorkSet;
  let tasks: TaskTracker;
  let steps: string[];
  let events: LifecycleEvent[];
  /** All others than those of interrupted work. */
  let facts: LifecycleEvent[];
  /** What happens while connections linger, and while listeners close. */
  let whileLingering: () => void;
  let whileClosing: () => void;

  beforeEach(() => {
    clock = new ManualClock();
    inFlight = new InFlightWork();
    responses = new WorkSet(inFlight.settled);
    tasks = new TaskTracker(clock, inFlight);
    steps = [];
    events = [];
    facts = [];
    whileLingering = () => undefined;
    whileClosing = () => undefined;
  });

  /** A server without sockets: what is told to it, in order. The real one is tested against real connections. */
  const traffic = (refusesLate: boolean): Source => ({
    name: 'HTTP requests',
    intake: refusesLate ? 'idle' : 'last',
    get size() {
      return responses.size;
    },
    get ended() {
      return responses.ended;
    },
    active: () => responses.active(),
    beginDrain: () => void (refusesLate && steps.push('refuse late requests')),
    stopIntake: async () => {
      steps.push('close listeners');
      whileClosing();
    },
    linger: async (_deadline, { isBrief }) => {
      steps.push(isBrief ? 'linger briefly' : 'linger');
      whileLingering();
      return { hasServed: false };
    },
    end: () => {
      steps.push('interrupt');
      for (const work of [...responses.active()]) responses.remove(work);
    },
    terminate: () => void steps.push('destroy connections'),
    close: () => void steps.push('close idle connections'),
  });

  function create(
    lateRequests: 'serve' | 'refuse' = 'serve',
    { lingerOnClose = false, consumers = [] }: { lingerOnClose?: boolean; consumers?: readonly Source[] } = {},
  ): Drain {
    const stream = new EventStream();
    stream.read((event) => void (event.type === 'work-interrupted' ? events : facts).push(event));
    const onError = (origin: string, error: unknown): void => {
      throw new Error(origin, { cause: error });
    };
    const sources = new WorkSources(inFlight, onError, { replies: 'drain', 'HTTP requests': 'drain' });
    sources.add(traffic(lateRequests === 'refuse'), tasks, ...consumers);
    for (const leave of sources.leave(new Error('leaving'))) leave();
    const notices = new Notices(sources);
    const departures = new Departures(clock, { spreadMs: 5000 }, sources);
    const state = new ShutdownState();
    return new Drain({ clock, settings: { lingerOnClose }, state, sources, departures, notices, events: stream });
  }

  function request(name = 'GET /orders'): Work {
    const work: Work = { kind: 'response', startedAt: clock.now(), describe: () => ({ name }) };
    responses.add(work);
    return work;
  }

  /** Runs a drain of a second; says afterwards whether it is over. */
  function run(drain: Drain, { endsProcess = true } = {}): { isOver: boolean } {
    const state = { isOver: false };
    const deadline = new Deadline(clock, clock.now() + 1000);
    const alsoAwaited = Promise.resolve();
    void drain.run(deadline, { endsProcess: () => endsProcess, alsoAwaited }).then(() => (state.isOver = true));
    return state;
  }

  it('takes no time when nothing is in flight', async () => {
    const state = run(create());
    await clock.advance(0);
    expect(state.isOver).toBe(true);
    expect(steps).toEqual(['close listeners', 'linger', 'close idle connections']);
    expect(clock.pendingTimers).toBe(0);
    expect(events).toEqual([]);
  });

  it('waits for what is in flight, and not a moment longer', async () => {
    const [first, second] = [request(), request()];
    const state = run(create());
    await clock.advance(300);
    responses.remove(first);
    await clock.advance(300);
    expect(state.isOver).toBe(false);
    expect(steps).toEqual(['close listeners']);
    responses.remove(second);
    await clock.advance(0);
    expect(state.isOver).toBe(true);
    expect(steps).toEqual(['close listeners', 'linger', 'close idle connections']);
  });

  it('tells what became of the work of each source, when its last piece had ended, and of all', async () => {
    const [first, second] = [request(), request()];
    const task = tasks.start('import');
    const drain = create();
    drain.begin();
    const state = run(drain);
    await clock.advance(200);
    responses.remove(first);
    await clock.advance(300);
    responses.remove(second);
    await clock.advance(300);
    expect(facts).toEqual([]);
    await clock.advance(1000);
    expect(state.isOver).toBe(true);
    expect(facts).toMatchObject([
      { type: 'source-drained', source: 'HTTP requests', drained: 2, durationMs: 500 },
      { type: 'source-interrupted', source: 'tasks', drained: 0, interrupted: 1 },
      { type: 'drain-ended', drained: 2, interrupted: 1 },
    ]);
    task.done();
  });

  it('lingers only briefly when the process goes on: no router moves its clients', async () => {
    const state = run(create(), { endsProcess: false });
    await clock.advance(0);
    expect(state.isOver).toBe(true);
    expect(steps).toEqual(['close listeners', 'linger briefly', 'close idle connections']);
  });

  it('lingers as long as by a signal when the process goes on and the settings say so', async () => {
    run(create('serve', { lingerOnClose: true }), { endsProcess: false });
    await clock.advance(0);
    expect(steps).toEqual(['close listeners', 'linger', 'close idle connections']);
  });

  it('waits for every request that comes while connections linger', async () => {
    const late: Work[] = [];
    whileLingering = () => void (late.length < 3 && late.push(request()));
    const state = run(create());
    for (let round = 1; round <= 3; round += 1) {
      await clock.advance(100);
      expect(late).toHaveLength(round);
      expect(state.isOver).toBe(false);
      for (const work of late) responses.remove(work);
    }
    await clock.advance(0);
    expect(state.isOver).toBe(true);
    expect(steps).toEqual(['close listeners', 'linger', 'linger', 'linger', 'linger', 'close idle connections']);
    expect(events).toEqual([]);
  });

  it('counts what has ended by itself since the signal', async () => {
    const [before, meanwhile, after, never] = [request(), request(), request(), request()];
    responses.remove(before);
    const drain = create();
    drain.begin();
    responses.remove(meanwhile);
    run(drain);
    await clock.advance(100);
    responses.remove(after);
    await clock.advance(900);
    expect(inFlight.ended).toBe(4);
    expect(drain.drained).toBe(2);
    expect([...responses.active()]).not.toContain(never);
  });

  it('interrupts what is left when the time is up, and not before', async () => {
    request('GET /report');
    const task = tasks.start('import');
    const state = run(create());
    await clock.advance(999);
    expect(events).toEqual([]);
    // Told a tenth of the time ahead, so that it can end by itself.
    expect(task.signal.aborted).toBe(true);
    await clock.advance(1);
    expect(events).toEqual([
      {
        type: 'work-interrupted',
        items: [
          { kind: 'response', name: 'GET /report', ageMs: 1000 },
          { kind: 'task', name: 'import', ageMs: 1000 },
        ],
      },
    ]);
    expect(task.signal.reason).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(steps).toEqual(['close listeners', 'interrupt']);
    await clock.advance(50);
    expect(state.isOver).toBe(true);
    expect(steps).toEqual(['close listeners', 'interrupt', 'destroy connections', 'close idle connections']);
  });

  it('gives cut answers a moment to reach their clients, and ends early when they have', async () => {
    request();
    const state = run(create());
    await clock.advance(1000);
    expect(steps).toContain('interrupt');
    expect(state.isOver).toBe(true);
  });

  it('names what begins while others are being cut, once', async () => {
    const task = tasks.start('import');
    run(create());
    await clock.advance(1000);
    expect(events).toMatchObject([{ items: [{ name: 'import' }] }]);
    await clock.advance(10);
    tasks.start('import of the next file');
    expect(events).toHaveLength(1);
    await clock.advance(40);
    expect(events).toMatchObject([{ items: [{ name: 'import' }] }, { items: [{ name: 'import of the next file' }] }]);
    expect(facts).toMatchObject([
      { type: 'source-interrupted', source: 'tasks', interrupted: 2 },
      { type: 'drain-ended', interrupted: 2 },
    ]);
    task.done();
  });

  it('names a request once whose handler still runs', async () => {
    const answer = {};
    const startedAt = clock.now();
    responses.add({ kind: 'response', startedAt, describe: () => ({ name: 'GET /report' }), answer });
    responses.add({ kind: 'handler', startedAt, describe: () => ({ name: 'Reports.get' }), answer });
    run(create());
    await clock.advance(1000);
    expect(events).toMatchObject([{ items: [{ name: 'GET /report' }] }]);
  });

  describe("with the intake 'drain'", () => {
    /** A consumer that a request waits for, by the choice of the user. */
    const consumer = (name: string, jobs: WorkSet): Source => ({
      name,
      get size() {
        return jobs.size;
      },
      get ended() {
        return jobs.ended;
      },
      active: () => jobs.active(),
      stopIntake: () => void steps.push(`stop ${name}`),
    });
    const replies = (): WorkSet => new WorkSet(inFlight.settled);
    const job = (): Work => ({ kind: 'job', startedAt: clock.now(), describe: () => ({ name: 'reply' }) });

    it('takes in until no other source has anything in flight, and waits for what it took', async () => {
      const jobs = replies();
      const work = request();
      const state = run(create('serve', { consumers: [consumer('replies', jobs)] }));
      const [first, last] = [job(), job()];
      jobs.add(first);
      jobs.remove(first);
      jobs.add(last);
      await clock.advance(500);
      expect(steps).toEqual(['close listeners']);
      responses.remove(work);
      await clock.advance(0);
      expect(steps).toEqual(['close listeners', 'stop replies']);
      expect(state.isOver).toBe(false);
      jobs.remove(last);
      await clock.advance(0);
      expect(state.isOver).toBe(true);
    });

    it('takes no more in when what it takes could not end in time', async () => {
      request();
      run(create('serve', { consumers: [consumer('replies', replies())] }));
      await clock.advance(899);
      expect(steps).toEqual(['close listeners']);
      await clock.advance(1);
      expect(steps).toEqual(['close listeners', 'stop replies']);
    });

    it('stops at once where nothing else is in flight', async () => {
      const jobs = replies();
      jobs.add(job());
      run(create('serve', { consumers: [consumer('replies', jobs)] }));
      await clock.advance(0);
      expect(steps).toEqual(['stop replies', 'close listeners']);
    });
  });

  describe("with lateRequests: 'refuse'", () => {
    it('keeps the listener open until everything is over', async () => {
      const work = request();
      run(create('refuse'));
      await clock.advance(500);
      expect(steps).toEqual(['refuse late requests']);
      responses.remove(work);
      await clock.advance(0);
      expect(steps).toEqual(['refuse late requests', 'close listeners', 'linger', 'close idle connections']);
    });

    it('does not interrupt a probe that comes at the last moment', async () => {
      let probe: Work | undefined;
      whileClosing = () => (probe = request('GET /metrics'));
      const state = run(create('refuse'));
      await clock.advance(100);
      expect(events).toEqual([]);
      expect(state.isOver).toBe(false);
      if (probe !== undefined) responses.remove(probe);
      await clock.advance(0);
      expect(state.isOver).toBe(true);
      expect(events).toEqual([]);
    });
  });
});
