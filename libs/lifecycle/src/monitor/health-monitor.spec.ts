import { ManualClock } from '../../../../test/support/manual-clock.js';
import { EventStream } from '../events/event-stream.js';
import { type TimedEvent } from '../events/lifecycle-event.js';
import { type HealthMonitorSettings, NO_HEALTH_MONITOR } from '../options/health-monitor-option.js';
import { endedReport } from '../../../../test/support/ended-report.js';
import { HealthMonitor } from './health-monitor.js';

const INTERVAL = 10_000;

describe('HealthMonitor', () => {
  let clock: ManualClock;
  let events: EventStream;
  let told: TimedEvent[];
  let conditions: Map<string, () => boolean>;
  let monitor: HealthMonitor;

  function create(options: Partial<HealthMonitorSettings> = {}): HealthMonitor {
    return new HealthMonitor({
      clock,
      events,
      readiness: {
        addCondition: (name, isUp) => {
          conditions.set(name, isUp);
          return () => conditions.delete(name);
        },
      },
      settings: {
        healthMonitor: { ...NO_HEALTH_MONITOR, isOn: true, timeoutMs: 1000, ...options },
        healthCheckInterval: INTERVAL,
        healthHistorySize: 50,
        healthAnomalyThreshold: 0.8,
      },
    });
  }

  const component = (name = 'database') => {
    const found = monitor.components.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no component ${name}`);
    return found;
  };
  const typesTold = (): string[] => told.map(({ type }) => type);
  const rounds = (count: number): Promise<void> => clock.advance(count * INTERVAL);

  beforeEach(() => {
    clock = new ManualClock();
    events = new EventStream(clock);
    told = [];
    conditions = new Map();
    events.observe((event) => told.push(event));
    monitor = create();
  });

  describe('a check', () => {
    it.each<[string, () => unknown, true | string]>([
      ['returns nothing', () => undefined, true],
      ['returns true', () => true, true],
      ['resolves', async () => undefined, true],
      ['returns a status', () => ({ status: 'up' }), true],
      ['returns what an indicator of Terminus returns', () => ({ database: { status: 'up', ms: 3 } }), true],
      ['returns false', () => false, 'its check returned false'],
      ['returns a status that is down', () => ({ status: 'down', message: 'full' }), 'it is down: full'],
      ['returns an indicator that is down', () => ({ a: { status: 'up' }, b: { status: 'down' } }), 'it is down'],
      [
        'returns a number',
        () => 42,
        "its check returned a value of type number, which is no result: return nothing, true, false or { status: 'up' }",
      ],
      ['returns null', () => null, expect.stringContaining('returned null') as string],
      ['returns a list', () => [], expect.stringContaining('a value of type object') as string],
      ['returns another status', () => ({ status: 'fine' }), expect.stringContaining('no result') as string],
      [
        'throws',
        () => {
          throw new Error('no route');
        },
        'no route',
      ],
      [
        'throws its password',
        () => {
          throw new Error('connect postgres://orders:hunter2@db');
        },
        'connect postgres://***@db',
      ],
      [
        'returns a proxy that throws',
        () =>
          new Proxy(
            {},
            {
              get: () => {
                throw new Error('trap');
              },
            },
          ),
        'trap',
      ],
    ])('that %s', async (_what, check, expected) => {
      monitor.add('database', check as never);
      monitor.start();
      await clock.advance(0);
      const { last, failures, checks } = component();
      expect([checks, failures]).toEqual([1, expected === true ? 0 : 1]);
      expect(last).toMatchObject(
        expected === true ? { isUp: true, failure: undefined } : { isUp: false, failure: expected },
      );
    });

    it('that hangs fails when its time is up, is told so, and is not called again before it has answered', async () => {
      const signals: AbortSignal[] = [];
      let answer = (): void => undefined;
      monitor = create({ timeoutMs: 2000 });
      monitor.add('database', ({ signal }) => {
        signals.push(signal);
        return new Promise<void>((resolve) => (answer = resolve));
      });
      monitor.start();
      await clock.advance(1999);
      expect([component().checks, signals[0]?.aborted]).toEqual([0, false]);
      await clock.advance(1);
      expect(component().last).toMatchObject({ isUp: false, latencyMs: 2000, failure: 'no answer within 2s' });
      expect(signals[0]?.aborted).toBe(true);
      await clock.advance(INTERVAL - 2000);
      expect([component().checks, signals.length]).toEqual([2, 1]);
      expect(component().last?.failure).toBe('the check before has not answered for 10s');
      answer();
      await rounds(1);
      expect([component().checks, signals.length]).toEqual([2, 2]);
      await clock.advance(2000);
      expect(component().checks).toBe(3);
    });

    it('that never answers is given up after ten times its time, and called again', async () => {
      let calls = 0;
      monitor.add('database', () => {
        calls += 1;
        return calls === 1 ? new Promise<void>(() => undefined) : undefined;
      });
      monitor.start();
      await rounds(1);
      expect([calls, component().failures, component().last?.isUp]).toEqual([2, 1, true]);
    });

    it('has the time of its component, and never more than the interval', async () => {
      const late = (): Promise<void> => new Promise(() => undefined);
      monitor.add('quick', late, { timeout: '200ms' });
      monitor.add('slow', late, { timeout: '1m' });
      monitor.start();
      await clock.advance(200);
      expect([component('quick').checks, component('slow').checks]).toEqual([1, 0]);
      await clock.advance(INTERVAL - 200);
      expect(component('slow').checks).toBe(1);
    });
  });

  it('checks when it starts, and then at the interval, until the shutdown begins', async () => {
    let calls = 0;
    const signals: AbortSignal[] = [];
    monitor.add('database', ({ signal }) => {
      calls += 1;
      signals.push(signal);
      return calls === 4 ? new Promise<void>(() => undefined) : undefined;
    });
    await rounds(2);
    expect(calls).toBe(0);
    monitor.start();
    monitor.start();
    expect(calls).toBe(1);
    await rounds(3);
    expect([calls, signals[3]?.aborted]).toEqual([4, false]);
    events.emit({ type: 'shutdown-started', reason: 'SIGTERM', signal: 'SIGTERM', inFlight: 0, budgetMs: 1 });
    expect([monitor.isStopped, signals[3]?.aborted]).toEqual([true, true]);
    await rounds(3);
    expect([calls, component().checks, clock.pendingTimers]).toEqual([4, 3, 0]);
    monitor.start();
    await rounds(1);
    expect(calls).toBe(4);
  });

  it('keeps nothing, calls nothing and waits for nothing where it is off', async () => {
    monitor = create({ isOn: false, shed: { below: 0.5, above: 0.8, checks: 2 } });
    let calls = 0;
    monitor.add('database', () => void (calls += 1))();
    monitor.start();
    await rounds(2);
    expect([calls, monitor.components.length, clock.pendingTimers, conditions.size]).toEqual([0, 0, 0, 0]);
    expect([monitor.status, monitor.score]).toEqual(['unknown', undefined]);
  });

  it('checks one that is added later at once, and forgets one that is taken back', async () => {
    monitor.start();
    let calls = 0;
    const undo = monitor.add('database', () => void (calls += 1));
    await clock.advance(0);
    expect(calls).toBe(1);
    undo();
    undo();
    await rounds(2);
    expect([calls, monitor.components]).toEqual([1, []]);
  });

  it('refuses what it cannot check', () => {
    monitor.add('database', () => undefined);
    expect(() => monitor.add('database', () => undefined)).toThrow("already is a health component called 'database'");
    expect(() => monitor.add('cache', undefined as never)).toThrow("Type monitor.add('cache', async () => { … })");
    expect(() => monitor.add('cache', () => undefined, { timeout: 'soon' as never })).toThrow('received timeout soon');
    expect(() => monitor.add('cache', () => undefined, { timeout: 0 })).toThrow('received timeout 0');
    for (let index = 1; index < 50; index += 1) monitor.add(`component ${index}`, () => undefined);
    expect(() => monitor.add('one more', () => undefined)).toThrow('there may be 50');
  });

  it('hides the secrets of a name', () => {
    monitor.add('redis://:hunter2@cache', () => undefined);
    expect(monitor.components.map(({ name }) => name)).toEqual(['redis://***@cache']);
  });

  it('keeps no more of the history than it is to', async () => {
    const failing = [true, ...Array.from({ length: 49 }, () => false)];
    monitor.add('database', () => failing.pop() !== true);
    monitor.start();
    await rounds(200);
    const { checks, assessment } = component();
    expect([checks, assessment.score]).toEqual([201, 1]);
  });

  describe('alerts', () => {
    let isUp: boolean;

    beforeEach(() => {
      isUp = true;
      monitor.add('database', () => isUp);
      monitor.start();
    });

    it('are raised once below the threshold, not for one failure, and cleared once the score is well above', async () => {
      await rounds(3);
      isUp = false;
      await rounds(1);
      expect([component().status, typesTold()]).toEqual(['up', []]);
      await rounds(1);
      expect(component().status).toBe('degraded');
      await rounds(1);
      expect([component().status, monitor.status]).toEqual(['down', 'down']);
      expect(told).toEqual([
        expect.objectContaining({
          type: 'health-alert-raised',
          component: 'database',
          cause: 'failures',
          failed: 2,
          threshold: 0.8,
          failure: 'its check returned false',
        }),
      ]);
      isUp = true;
      await rounds(4);
      // One of the last five failed: at the threshold, and not well above.
      expect([component().status, typesTold()]).toEqual(['up', ['health-alert-raised']]);
      await rounds(1);
      expect(told.at(-1)).toMatchObject({
        type: 'health-alert-cleared',
        component: 'database',
        score: 1,
        durationMs: 60_000,
      });
      expect(monitor.alerts.active).toEqual([]);
      expect(monitor.alerts.cleared).toMatchObject([{ component: 'database', cause: 'failures' }]);
    });

    it('are cleared with a component that is taken back', async () => {
      const undo = monitor.add('cache', () => false);
      await rounds(3);
      undo();
      expect(typesTold()).toEqual(['health-alert-raised', 'health-alert-cleared']);
    });

    it('are kept, the last 50 of those that were cleared', async () => {
      for (let alert = 0; alert < 60; alert += 1) {
        isUp = false;
        await rounds(2);
        isUp = true;
        await rounds(5);
      }
      expect(monitor.alerts.cleared).toHaveLength(50);
      expect(typesTold()).toHaveLength(120);
    });

    it('tell of a latency that is unusual', async () => {
      let latencyMs = 10;
      monitor.add('cache', () => new Promise<void>((resolve) => void clock.after(latencyMs, resolve)));
      await rounds(20);
      latencyMs = 400;
      await rounds(5);
      expect(told).toEqual([
        expect.objectContaining({
          type: 'health-alert-raised',
          component: 'cache',
          cause: 'latency',
          failed: 0,
          latencyMs: 400,
        }),
      ]);
    });
  });

  it('is as well as the worst of its critical components', async () => {
    monitor.add('database', () => true);
    monitor.add('recommendations', () => false, { isCritical: false });
    monitor.start();
    await rounds(5);
    expect([monitor.score, monitor.status]).toEqual([1, 'degraded']);
    monitor.add('payments', () => false);
    await rounds(2);
    expect([monitor.score, monitor.status]).toEqual([expect.closeTo(0.4), 'down']);
    await rounds(10);
    expect([monitor.score, monitor.trend]).toEqual([0, 'worsening']);
  });

  describe('with shed', () => {
    let isUp: boolean;
    const isReady = (): boolean | undefined => conditions.get('health-score')?.();

    beforeEach(async () => {
      monitor = create({ shed: { below: 0.5, above: 0.8, checks: 3 } });
      isUp = true;
      monitor.add('database', () => isUp);
      monitor.start();
      await rounds(5);
    });

    it('is not ready once the score was low in three rounds in a row, and ready once it was well in three', async () => {
      isUp = false;
      // Scores 0.8, 0.6, 0.4, 0.2.
      await rounds(4);
      expect(isReady()).toBe(true);
      await rounds(1);
      expect(isReady()).toBe(false);
      expect(told.at(-1)).toMatchObject({
        type: 'readiness-shed',
        by: 'health-score',
        why: 'the score was below 0.5 in 3 rounds in a row, 0 in the last',
      });
      isUp = true;
      // Scores 0.2, 0.4, 0.6, 0.8, 1.
      await rounds(5);
      expect(isReady()).toBe(false);
      await rounds(1);
      expect(isReady()).toBe(true);
      expect(told.at(-1)).toMatchObject({
        type: 'readiness-restored',
        why: 'the score was 0.8 or more in 3 rounds in a row, 1 in the last',
        durationMs: 60_000,
      });
    });

    it('stays ready whatever a single check comes to', async () => {
      for (let round = 0; round < 20; round += 1) {
        isUp = round % 5 !== 0;
        await rounds(1);
        expect(isReady()).toBe(true);
      }
    });

    it('stays ready without components that are critical', async () => {
      monitor = create({ shed: { below: 0.5, above: 0.8, checks: 2 } });
      monitor.add('recommendations', () => false, { isCritical: false });
      monitor.start();
      await rounds(10);
      expect(isReady()).toBe(true);
    });

    it('stays as it was when the shutdown begins', async () => {
      isUp = false;
      await rounds(5);
      monitor.stop();
      isUp = true;
      await rounds(10);
      expect(isReady()).toBe(false);
      events.emit({ type: 'shutdown-ended', report: endedReport() });
    });
  });

  it('is the same in each run under a clock that is moved', async () => {
    const run = async (): Promise<unknown> => {
      clock = new ManualClock();
      events = new EventStream(clock);
      told = [];
      events.observe((event) => told.push(event));
      monitor = create();
      let calls = 0;
      monitor.add('database', () => (calls += 1) % 3 !== 0);
      monitor.start();
      await rounds(30);
      return [told.map(({ type, atMs }) => [type, atMs]), component().assessment, component().trend];
    };
    expect(await run()).toEqual(await run());
  });
});
