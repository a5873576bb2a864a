import { type RolloutEvent } from '../events/rollout-event.js';
import { type PodSpec } from '../scenario/scenario.js';
import { noticed, reached, startPod, startReadyPod } from '../../../../test/support/fake-kubelet.js';
import { type FakeProcess, fakeProbe } from '../../../../test/support/fake-pods.js';

/** Longer than any lag of a kubelet. */
const NOTICED_MS = 3000;

describe('a pod that starts', () => {
  it('is ready with the first success of its readiness probe', async () => {
    const run = await startPod({}, { prepare: (process) => (process.answers['/ready'] = false) });
    expect(run.types().slice(0, 2)).toEqual(['pod-created', 'container-started']);
    const first = await reached(run, 'probe-answered');
    await run.clock.advance(999);
    run.pods.of('v1-1').answers['/ready'] = true;
    expect(run.pod.isReady).toBe(false);
    expect(await reached(run, 'pod-ready')).toBeGreaterThan(first);
  });

  it('is ready as soon as its container has started when there is no readiness probe', async () => {
    const run = await startPod({ readinessProbe: undefined, livenessProbe: undefined });
    expect(run.types()).toEqual(['pod-created', 'container-started', 'pod-ready']);
  });

  it('is asked at no turn before the initial delay is over, which counts from the start of the container', async () => {
    const readinessProbe = fakeProbe('/ready', { initialDelayMs: 5000 });
    const run = await startPod({ readinessProbe, livenessProbe: undefined });
    await run.clock.advance(4999);
    expect(run.at('probe-answered')).toEqual([]);
    await run.clock.advance(1000);
    expect(run.at('pod-ready')).toHaveLength(1);
  });

  it('asks nothing else until the start-up probe has succeeded, and readiness at once then', async () => {
    const startupProbe = fakeProbe('/started', { failureThreshold: 30, periodMs: 5000 });
    const readinessProbe = fakeProbe('/ready', { periodMs: 60_000 });
    const probes = { startupProbe, readinessProbe, livenessProbe: fakeProbe('/live', { periodMs: 2000 }) };
    const run = await startPod(probes, { prepare: (process) => (process.answers['/started'] = false) });
    await run.clock.advance(12_000);
    expect(new Set(run.only('probe-answered').map(({ probe }) => probe))).toEqual(new Set(['startup']));
    run.pods.of('v1-1').answers['/started'] = true;
    await reached(run, 'pod-ready');
    const answers = (of: string) => run.only('probe-answered').filter(({ probe }) => probe === of);
    expect(answers('readiness').map(({ at }) => at)).toEqual([answers('startup').at(-1)?.at]);
    expect(answers('liveness')).toEqual([]);
    await run.clock.advance(5000);
    expect(answers('startup')).toHaveLength(3);
    expect(answers('liveness').length).toBeGreaterThanOrEqual(2);
  });

  it('turns by as many answers in a row as the thresholds say', async () => {
    const readinessProbe = fakeProbe('/ready', { successThreshold: 2, failureThreshold: 3 });
    const run = await startPod({ readinessProbe });
    const process = run.pods.of('v1-1');
    const turn = async (isReady: boolean, ms: number): Promise<boolean> => {
      process.answers['/ready'] = isReady;
      await run.clock.advance(ms);
      return run.pod.isReady;
    };
    await reached(run, 'probe-answered');
    expect(run.pod.isReady).toBe(false);
    expect(await turn(true, 1000)).toBe(true);
    expect(await turn(false, 2000)).toBe(true);
    expect(await turn(true, 1000)).toBe(true);
    expect(await turn(false, 2000)).toBe(true);
    expect(await turn(false, 1000)).toBe(false);
  });

  it('counts an answer that does not come within the timeout as a failure', async () => {
    const readinessProbe = fakeProbe('/ready', { timeoutMs: 400, periodMs: 60_000 });
    const run = await startPod(
      { readinessProbe, livenessProbe: undefined },
      { prepare: (process) => (process.answers['/ready'] = 'hang') },
    );
    // The container is seen running after 1.4 s at the latest.
    await run.clock.advance(1800);
    expect(run.only('probe-answered')).toMatchObject([{ isSuccess: false, detail: 'no answer within 400 ms' }]);
  });

  it('makes up once for turns that passed while it waited for an answer', async () => {
    const livenessProbe = fakeProbe('/live', { timeoutMs: 3500 });
    const changes = { livenessProbe, readinessProbe: undefined };
    const run = await startPod(changes, { prepare: (process) => (process.answers['/live'] = 'hang') });
    await run.clock.advance(1500);
    run.pods.of('v1-1').answers['/live'] = true;
    const first = await reached(run, 'probe-answered');
    await run.clock.advance(1500);
    // The three turns that have passed are one, and the next ones are on the beat again.
    expect(run.at('probe-answered').map((at) => Math.round(at - first))).toEqual([0, 0, 500, 1500]);
  });

  it('makes its lines facts, and says once which phase they tell of', async () => {
    const run = await startPod();
    const { onLine } = run.pods.of('v1-1').order;
    for (const line of ['\u001b[32mphase ready\u001b[39m', 'phase ready', 'phase draining'])
      onLine({ stream: 'stdout', line });
    expect(run.only('log-written')).toHaveLength(3);
    expect(run.only('service-phase').map(({ phase }) => phase)).toEqual(['ready', 'draining']);
  });
});

describe('a pod that is deleted', () => {
  it('goes in the order of Kubernetes', async () => {
    const run = await startReadyPod({ preStop: { kind: 'sleep', ms: 5000 } });
    const before = run.events.length;
    run.pod.delete('scaled down');
    await run.clock.advance(NOTICED_MS + 6000);
    expect(
      run
        .types()
        .slice(before)
        .filter((type) => type !== 'probe-answered'),
    ).toEqual([
      'pod-deleted',
      'kubelet-noticed-deletion',
      'pre-stop-started',
      'pre-stop-ended',
      'signal-sent',
      'container-exited',
      'pod-gone',
    ]);
    expect(run.only('container-exited')[0]).toMatchObject({ code: 0, signal: null, isKilledByKubelet: false });
    expect(run.pod.isGone).toBe(true);
  });

  it.each([
    ['without preStop', {}, 0, 30_000],
    ['with a preStop of 10 s', { preStop: { kind: 'sleep', ms: 10_000 } }, 10_000, 20_000],
    ['with a preStop of 4.9 s, rounded down', { preStop: { kind: 'sleep', ms: 4900 } }, 4900, 26_000],
    ['with a preStop of 29 s, and the floor', { preStop: { kind: 'sleep', ms: 29_000 } }, 29_000, 2000],
    ['with a preStop that ends at the very end', { preStop: { kind: 'sleep', ms: 30_000 } }, 30_000, 2000],
    ['with a preStop that outlives it all', { preStop: { kind: 'sleep', ms: 60_000 } }, 30_000, 2000],
    ['with no grace, and so no preStop', { gracePeriodMs: 0, preStop: { kind: 'sleep', ms: 500 } }, 0, 2000],
    ['with one second, and the floor', { gracePeriodMs: 1000 }, 0, 2000],
  ] satisfies [string, Partial<PodSpec>, number, number][])(
    '%s has SIGTERM and SIGKILL exactly when it should',
    async (_, changes, preStopMs, remainingMs) => {
      const run = await startPod(changes, { prepare: (process) => (process.stopsAfterMs = undefined) });
      run.pod.delete('scaled down');
      const start = await noticed(run);
      await run.clock.advance(preStopMs + remainingMs - 1);
      const process = run.pods.of('v1-1');
      expect(process.signals).toEqual(['SIGTERM']);
      await run.clock.advance(1);
      expect(process.signals).toEqual(['SIGTERM', 'SIGKILL']);
      expect(run.only('signal-sent')).toMatchObject([
        { at: start + preStopMs, signal: 'SIGTERM', remainingMs },
        { at: start + preStopMs + remainingMs, signal: 'SIGKILL', remainingMs: 0 },
      ]);
      expect(run.only('container-exited')[0]).toMatchObject({ code: 137, signal: 'SIGKILL', isKilledByKubelet: true });
    },
  );

  it.each([true, false, undefined])(
    'has said by its exit whether it had a handler a moment after SIGTERM: %s',
    async (hasHandler) => {
      const run = await startPod({}, { prepare: (process) => (process.hasHandler = true) });
      run.pod.delete('scaled down');
      await noticed(run);
      // What there is at the signal itself may be Node's own, which goes with it.
      await run.clock.advance(50);
      run.pods.of('v1-1').hasHandler = hasHandler;
      await run.clock.advance(1000);
      expect(run.only('container-exited')).toHaveLength(1);
      expect(run.only('container-exited')[0]?.hasHandler).toBe(hasHandler);
    },
  );

  it('has said by its exit how many connections were open when it was killed, and only then', async () => {
    const exitOf = async (stopsAfterMs: number | undefined): Promise<number | undefined> => {
      const run = await startPod({}, { prepare: (process) => (process.stopsAfterMs = stopsAfterMs), connections: 3 });
      run.pod.delete('scaled down');
      await noticed(run);
      await run.clock.advance(30_000);
      return run.only('container-exited')[0]?.openConnections;
    };
    expect(await exitOf(undefined)).toBe(3);
    expect(await exitOf(1000)).toBeUndefined();
  });

  it('abandons a preStop that outlives the grace period, and ends its command', async () => {
    const preStop = { kind: 'exec', command: ['wait-for-it'] } as const;
    const run = await startPod({ preStop, gracePeriodMs: 5000 }, { prepare: (process) => (process.execMs = 60_000) });
    run.pod.delete('scaled down');
    const start = await noticed(run);
    await run.clock.advance(5000);
    expect(run.pods.of('v1-1').commands).toEqual(['wait-for-it']);
    expect(run.only('pre-stop-ended')).toMatchObject([{ at: start + 5000, result: 'abandoned' }]);
    expect(run.only('signal-sent')).toMatchObject([{ at: start + 5000, remainingMs: 2000 }]);
  });

  it('has no preStop at all without a grace period', async () => {
    const run = await startPod({ preStop: { kind: 'sleep', ms: 500 }, gracePeriodMs: 0 });
    run.pod.delete('scaled down');
    await run.clock.advance(NOTICED_MS + 2000);
    expect(run.at('pre-stop-started')).toEqual([]);
    expect(run.pod.isGone).toBe(true);
  });

  it('has gone only when its preStop is over, although its container ended before', async () => {
    const run = await startPod({ preStop: { kind: 'sleep', ms: 5000 } });
    run.pod.delete('scaled down');
    const start = await noticed(run);
    run.pods.of('v1-1').end(0);
    await run.clock.advance(4999);
    expect(run.at('container-exited')).toHaveLength(1);
    expect(run.pod.isGone).toBe(false);
    await run.clock.advance(1);
    expect(run.at('pod-gone')).toEqual([start + 5000]);
    expect(run.pods.of('v1-1').signals).toEqual([]);
  });

  it('while its container starts has it stopped as soon as it runs', async () => {
    const run = await startPod({}, { isScheduled: false });
    run.pods.startMs = 10_000;
    while (run.pod.ports.length === 0) await run.clock.advance(10);
    run.pod.delete('scaled down');
    await run.clock.advance(12_000);
    expect(run.pods.of('v1-1').signals).toEqual(['SIGTERM']);
    expect(run.pod.isGone).toBe(true);
  });

  it('is not signalled once its top process has ended, while what that left behind is being killed', async () => {
    const run = await startPod({ preStop: { kind: 'sleep', ms: 500 } });
    const process = run.pods.of('v1-1');
    process.hasExited = true;
    run.pod.delete('scaled down');
    await run.clock.advance(NOTICED_MS);
    expect([process.signals, run.at('pre-stop-started'), run.at('signal-sent')]).toEqual([[], [], []]);
    process.end(0);
    await run.clock.advance(0);
    expect(run.pod.isGone).toBe(true);
  });

  it('sends the request of a preStop', async () => {
    const run = await startPod({ preStop: { kind: 'http-get', path: '/drain', containerPort: 3000 } });
    run.pod.delete('scaled down');
    await run.clock.advance(NOTICED_MS);
    expect(run.pods.called).toEqual(['/drain']);
    expect(run.only('pre-stop-ended')).toMatchObject([{ result: 'done' }]);
  });

  it('has its readiness asked to the end and its liveness no more, but for a witness without consequences', async () => {
    const livenessProbe = fakeProbe('/live', { failureThreshold: 1, periodMs: 10_000 });
    const run = await startPod({ livenessProbe }, { prepare: (process) => (process.stopsAfterMs = 5000) });
    run.pod.delete('scaled down');
    const start = await noticed(run);
    const process = run.pods.of('v1-1');
    Object.assign(process.answers, { '/live': false, '/ready': false });
    await run.clock.advance(4000);
    expect(run.pod.isReady).toBe(false);
    const later = run.only('probe-answered').filter(({ at }) => at > start);
    expect(later.filter(({ probe }) => probe === 'readiness').length).toBeGreaterThanOrEqual(3);
    const liveness = later.filter(({ probe }) => probe === 'liveness');
    expect(liveness.every(({ isWitness, isSuccess }) => isWitness && !isSuccess)).toBe(true);
    expect(liveness.map(({ at }) => at - start).slice(0, 2)).toEqual([500, 1000]);
    expect(process.signals).toEqual(['SIGTERM']);
  });

  it('is seen closing its listener while it lives on', async () => {
    const run = await startPod({}, { prepare: (process) => (process.stopsAfterMs = 5000) });
    run.pod.delete('scaled down');
    await noticed(run);
    await run.clock.advance(1000);
    expect(run.at('listener-closed')).toEqual([]);
    run.pods.of('v1-1').isListening = false;
    await run.clock.advance(100);
    expect(run.at('listener-closed')).toHaveLength(1);
  });

  it('is seen closing its listener even where it was quicker than the first look at it', async () => {
    const run = await startReadyPod({}, { prepare: (process) => (process.stopsAfterMs = 5000) });
    run.pods.of('v1-1').isListening = false;
    run.pod.delete('scaled down');
    await noticed(run);
    await run.clock.advance(100);
    expect(run.at('listener-closed')).toHaveLength(1);
  });

  it('is not said to close its listener when its end follows at once', async () => {
    const run = await startPod({}, { prepare: (process) => (process.stopsAfterMs = undefined) });
    run.pod.delete('scaled down');
    await noticed(run);
    const process = run.pods.of('v1-1');
    process.isListening = false;
    await run.clock.advance(50);
    process.end(0);
    await run.clock.advance(1000);
    expect(run.at('listener-closed')).toEqual([]);
  });

  it('is not said to close its listener when it simply ends, or never listened', async () => {
    const ends = await startPod();
    ends.pod.delete('scaled down');
    await ends.clock.advance(NOTICED_MS + 2000);
    const worker = await startPod({}, { prepare: (process) => (process.isListening = false) });
    worker.pod.delete('scaled down');
    await worker.clock.advance(NOTICED_MS + 2000);
    expect([...ends.at('listener-closed'), ...worker.at('listener-closed')]).toEqual([]);
    expect(ends.pod.isGone && worker.pod.isGone).toBe(true);
  });

  it('before it was scheduled never starts', async () => {
    const run = await startPod({}, { isScheduled: false, seed: 3 });
    run.pod.delete('scaled down');
    await run.clock.advance(10_000);
    expect(run.pod.isGone).toBe(true);
    expect(run.pods.started).toEqual([]);
  });
});

describe('what was measured on a real cluster', () => {
  const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
  const unready = { prepare: (process: FakeProcess) => (process.answers['/ready'] = false) };

  it.each([
    [2000, 800, 1300],
    [5000, 3800, 4300],
    [10_000, 8800, 9300],
  ])('asks liveness at a period of %i ms first %i to %i ms after the start', async (periodMs, least, most) => {
    for (const seed of SEEDS) {
      const run = await startPod({ livenessProbe: fakeProbe('/live', { periodMs }) }, { seed, ...unready });
      await run.clock.advance(periodMs);
      const first = run.only('probe-answered').find(({ probe }) => probe === 'liveness')?.at ?? 0;
      expect(first).toBeGreaterThanOrEqual(least);
      expect(first).toBeLessThanOrEqual(most);
    }
  });

  it('asks readiness 0.5 to 1.4 s after the start, and every period from there', async () => {
    for (const seed of SEEDS) {
      const readinessProbe = fakeProbe('/ready', { periodMs: 10_000 });
      const run = await startPod({ readinessProbe, livenessProbe: undefined }, { seed, ...unready });
      await run.clock.advance(20_000);
      const [first = 0, second = 0] = run.at('probe-answered');
      expect(first).toBeGreaterThanOrEqual(500);
      expect(first).toBeLessThanOrEqual(1400);
      expect(second - first).toBeCloseTo(10_000, 6);
    }
  });

  it.each([
    ['110 to 200 ms after', 5000, false, [110, 200]],
    ['1.3 to 1.4 s after, when its container is younger than 4 s', 3000, false, [1300, 1400]],
    ['110 to 200 ms after, when it is from before the rehearsal', 0, true, [110, 200]],
  ] as const)('notices the deletion of a pod %s', async (_, ageMs, isScheduled, [least, most]) => {
    for (const seed of SEEDS) {
      const run = await startPod({}, { seed, isScheduled });
      const start = await reached(run, 'container-started');
      await run.clock.advance(ageMs);
      run.pod.delete('scaled down');
      const lag = (await noticed(run)) - start - ageMs;
      expect(lag).toBeGreaterThanOrEqual(least);
      expect(lag).toBeLessThanOrEqual(most);
    }
  });

  it('lets a service start that a single failed liveness probe would kill, and kills one that takes longer than a period', async () => {
    const livenessProbe = fakeProbe('/live', { periodMs: 5000, failureThreshold: 1 });
    const start = async (bootMs: number) => {
      const run = await startPod({ livenessProbe }, { prepare: (process) => (process.answers['/live'] = false) });
      run.clock.after(bootMs, () => (run.pods.of('v1-1').answers['/live'] = true));
      await run.clock.advance(20_000);
      return run.pod.restarts;
    };
    expect(await start(3700)).toBe(0);
    expect(await start(4400)).toBeGreaterThan(0);
  });
});

describe('the lags of a pod', () => {
  it('are the same for the same seed, and others for another', async () => {
    const play = async (seed: number): Promise<readonly RolloutEvent[]> => {
      const run = await startPod({}, { seed });
      run.pod.delete('scaled down');
      await run.clock.advance(10_000);
      return run.events;
    };
    expect(await play(5)).toEqual(await play(5));
    expect(await play(5)).not.toEqual(await play(6));
  });
});
