import { ManualClock } from '../../../../test/support/manual-clock.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type Settings } from '../options/settings.js';
import { Readiness, type ReadinessState } from './readiness.js';

describe('Readiness', () => {
  let clock: ManualClock;
  let phase: { hasStarted: boolean; isShuttingDown: boolean };
  let downs: [string, unknown][];
  let readiness: Readiness;

  function create(settings: Partial<Settings['readiness']> = {}): Readiness {
    return new Readiness(clock, { onShutdown: 'fail', cacheForMs: 1000, timeoutMs: 800, ...settings }, phase, {
      gateDown: (name, error) => downs.push([name, error]),
    });
  }

  /** The answer to a probe that is asked now, as soon as it is there. */
  function probe(of = readiness): { answer: ReadinessState | undefined } {
    const state: { answer: ReadinessState | undefined } = { answer: undefined };
    void of.check().then((answer) => (state.answer = answer));
    return state;
  }

  beforeEach(() => {
    clock = new ManualClock();
    phase = { hasStarted: true, isShuttingDown: false };
    downs = [];
    readiness = create();
  });

  it('is green once the service has started', async () => {
    phase.hasStarted = false;
    await expect(readiness.check()).resolves.toEqual({ isReady: false, gates: {} });
    phase.hasStarted = true;
    await expect(readiness.check()).resolves.toEqual({ isReady: true, gates: {} });
  });

  it('is red during a shutdown, without asking any gate', async () => {
    let checks = 0;
    readiness.addGate('database', () => (checks += 1));
    phase.isShuttingDown = true;
    await expect(readiness.check()).resolves.toEqual({ isReady: false, gates: {} });
    expect(checks).toBe(0);
  });

  it("stays green during a shutdown with onShutdown 'pass', unless a gate is down or the start was not over", async () => {
    const passing = create({ onShutdown: 'pass' });
    phase.isShuttingDown = true;
    await expect(passing.check()).resolves.toEqual({ isReady: true, gates: {} });
    const undo = passing.addGate('database', () => false);
    await expect(passing.check()).resolves.toEqual({ isReady: false, gates: { database: 'down' } });
    undo();
    phase.hasStarted = false;
    await expect(passing.check()).resolves.toMatchObject({ isReady: false });
  });

  it('turns red for a probe whose gates were still being asked when the shutdown began', async () => {
    readiness.addGate('database', () => new Promise<void>((resolve) => void clock.after(100, resolve)));
    const state = probe();
    await clock.advance(99);
    phase.isShuttingDown = true;
    await clock.advance(1);
    expect(state.answer).toEqual({ isReady: false, gates: { database: 'up' } });
  });

  it.each<[string, () => unknown, 'up' | 'down']>([
    ['answers nothing', () => undefined, 'up'],
    ['answers true', () => true, 'up'],
    ['answers something', () => ({ rows: [] }), 'up'],
    ['answers 0, which is not false', () => 0, 'up'],
    ['resolves', () => Promise.resolve(), 'up'],
    ['answers false', () => false, 'down'],
    ['resolves to false', () => Promise.resolve(false), 'down'],
    ['rejects', () => Promise.reject(new Error('refused')), 'down'],
    [
      'throws',
      () => {
        throw new Error('refused');
      },
      'down',
    ],
  ])('asks a gate that %s', async (_what, check, status) => {
    readiness.addGate('database', check);
    await expect(readiness.check()).resolves.toEqual({ isReady: status === 'up', gates: { database: status } });
    await expect(readiness.areGatesUp()).resolves.toBe(status === 'up');
  });

  it('shows each gate by name, and is red when one of them is down', async () => {
    readiness.addGate('database', () => true);
    readiness.addGate('cache', () => false);
    await expect(readiness.check()).resolves.toEqual({ isReady: false, gates: { database: 'up', cache: 'down' } });
  });

  it('says why a gate is down once, until it has been up again', async () => {
    readiness = create({ cacheForMs: 0 });
    const answers: unknown[] = [false, false, true, false];
    readiness.addGate('database', () => answers.shift());
    for (let probes = 0; probes < 2; probes += 1) await readiness.check();
    expect(downs).toEqual([['database', expect.objectContaining({ code: 'GATE_DOWN' })]]);
    await readiness.check();
    expect(downs).toHaveLength(1);
    await readiness.check();
    expect(downs).toHaveLength(2);
  });

  it('reuses an answer for a while, good or bad', async () => {
    let checks = 0;
    let isUp = true;
    readiness.addGate('database', () => {
      checks += 1;
      return isUp;
    });
    await readiness.check();
    isUp = false;
    await clock.advance(999);
    await expect(readiness.check()).resolves.toMatchObject({ isReady: true });
    expect(checks).toBe(1);
    await clock.advance(1);
    await expect(readiness.check()).resolves.toMatchObject({ isReady: false });
    isUp = true;
    await expect(readiness.check()).resolves.toMatchObject({ isReady: false });
    expect(checks).toBe(2);
  });

  it('asks a gate once at a time, however many probes come', async () => {
    let checks = 0;
    let answer = (): void => undefined;
    readiness.addGate('database', () => {
      checks += 1;
      return new Promise<void>((resolve) => (answer = resolve));
    });
    const probes = [probe(), probe(), probe()];
    await clock.advance(0);
    expect(checks).toBe(1);
    answer();
    await clock.advance(0);
    expect(probes.map((state) => state.answer?.isReady)).toEqual([true, true, true]);
  });

  it('counts a gate as down that is not done in time, and aborts its signal', async () => {
    const signals: AbortSignal[] = [];
    readiness.addGate('database', ({ signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const state = probe();
    await clock.advance(799);
    expect(state.answer).toBeUndefined();
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    expect(state.answer).toEqual({ isReady: false, gates: { database: 'down' } });
    expect(signals[0]?.aborted).toBe(true);
    expect(downs).toMatchObject([['database', { code: 'GATE_TIMED_OUT', message: 'no answer within 800ms' }]]);
  });

  it('does not pile on a gate that is late, and takes its answer when it comes', async () => {
    let checks = 0;
    let answer = (): void => undefined;
    readiness.addGate('database', () => {
      checks += 1;
      return new Promise<void>((resolve) => (answer = resolve));
    });
    const first = probe();
    await clock.advance(5000);
    const second = probe();
    await clock.advance(5000);
    expect([first, second].map((state) => state.answer?.isReady)).toEqual([false, false]);
    expect(checks).toBe(1);
    answer();
    await clock.advance(0);
    await expect(readiness.check()).resolves.toMatchObject({ isReady: true });
    expect(checks).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives up on a check that never answers, and asks again, so that the service can recover', async () => {
    let checks = 0;
    readiness.addGate('database', () => {
      checks += 1;
      return checks === 1 ? new Promise(() => undefined) : 'answered';
    });
    probe();
    await clock.advance(8000);
    probe();
    await clock.advance(800);
    expect(checks).toBe(1);
    const recovered = probe();
    await clock.advance(0);
    expect(checks).toBe(2);
    expect(recovered.answer).toMatchObject({ isReady: true });
  });

  it('takes a timeout and a time to reuse answers of a single gate', async () => {
    let checks = 0;
    readiness.addGate('quick', () => new Promise(() => undefined), { timeout: '50ms' });
    readiness.addGate('fresh', () => (checks += 1), { cacheFor: 0 });
    const state = probe();
    await clock.advance(50);
    expect(state.answer?.gates).toEqual({ quick: 'down', fresh: 'up' });
    void readiness.check();
    expect(checks).toBe(2);
  });

  it('refuses a second gate of one name, and durations that are none', () => {
    readiness.addGate('database', () => true);
    expect(() => readiness.addGate('database', () => true)).toThrow(LifecycleError);
    expect(() => readiness.addGate('database', () => true)).toThrow("already is a readiness gate called 'database'");
    expect(() => readiness.addGate('cache', () => true, { timeout: 'soon' as never })).toThrow(
      "Readiness gate 'cache': received timeout soon; allowed: a duration. Type timeout: '1s'.",
    );
    expect(readiness.hasGates).toBe(true);
  });

  it('forgets a gate that is undone, by hand or at the end of its block', async () => {
    const undo = readiness.addGate('database', () => false);
    undo();
    expect(readiness.hasGates).toBe(false);
    {
      using gate = readiness.addGate('database', () => false);
      expect(gate).toBeInstanceOf(Function);
      undo();
      await expect(readiness.check()).resolves.toMatchObject({ isReady: false });
    }
    expect(readiness.hasGates).toBe(false);
    await expect(readiness.check()).resolves.toEqual({ isReady: true, gates: {} });
  });
});
