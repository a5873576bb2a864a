import { FakePods, fakePodSpec, fakeProbe, fakeScenario } from '../../../../test/support/fake-pods.js';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { type RolloutEvent, Timeline } from '../events/rollout-event.js';
import { Random } from '../random/random.js';
import { type Scenario } from '../scenario/scenario.js';
import { Cluster, type UpdateEnd } from './cluster.js';

function makeCluster(changes: Partial<Scenario> = {}, prepare?: FakePods['prepare']) {
  const clock = new ManualClock();
  const start = clock.now();
  const timeline = new Timeline(() => clock.now() - start);
  const pods = new FakePods(clock);
  if (prepare !== undefined) pods.prepare = prepare;
  const scenario = fakeScenario(changes);
  const views: string[][] = [];
  const gone: string[] = [];
  const waitedFor: string[] = [];
  const cluster = new Cluster({
    clock,
    random: new Random(scenario.seed),
    timeline,
    scenario,
    onView: (node, endpoints) => (views[node] = endpoints.map(({ pod }) => pod)),
    onGone: ({ pod }) => gone.push(pod),
    onWaiting: (text) => waitedFor.push(text),
    runtime: pods,
    prober: pods,
  });
  killAfterTest({ kill: () => cluster.close() });
  return { clock, timeline, pods, scenario, views, gone, waitedFor, cluster, only: only(timeline) };
}

function only({ events }: Timeline) {
  return <T extends RolloutEvent['type']>(type: T) =>
    events.filter((event): event is Extract<RolloutEvent, { type: T }> => event.type === type);
}

/** What a promise came to, once it has. */
function outcome<T>(promise: Promise<T>): { value?: T; error?: Error } {
  const result: { value?: T; error?: Error } = {};
  promise.then(
    (value) => (result.value = value),
    (error: Error) => (result.error = error),
  );
  return result;
}

async function startedCluster(changes: Partial<Scenario> = {}) {
  const run = makeCluster(changes);
  const started = outcome(run.cluster.start());
  await run.clock.advance(1500);
  expect('value' in started).toBe(true);
  return run;
}

function active({ cluster }: { cluster: Cluster }): string[] {
  return cluster.pods.filter(({ isDeleted }) => !isDeleted).map(({ name }) => name);
}

const deployment = fakeScenario().deployment;

describe('the start', () => {
  it('is over when all pods of the first revision are available, and every node knows them', async () => {
    const { views, only, cluster } = await startedCluster();
    expect(views).toEqual([
      ['v1-1', 'v1-2', 'v1-3'],
      ['v1-1', 'v1-2', 'v1-3'],
    ]);
    expect(only('pod-available')).toHaveLength(3);
    expect(cluster.pods.map(({ node }) => node)).toEqual([0, 1, 0]);
  });

  it('waits for minReadySeconds, and for the listener of a service without a readiness probe', async () => {
    const pod = fakePodSpec({ readinessProbe: undefined, livenessProbe: undefined });
    const run = makeCluster({ pod, deployment: { ...deployment, minReadyMs: 5000 } }, (process) => {
      process.isListening = false;
    });
    const started = outcome(run.cluster.start());
    await run.clock.advance(6000);
    expect(run.only('pod-available')).toHaveLength(3);
    expect(Math.min(...run.only('pod-available').map(({ at }) => at))).toBeGreaterThanOrEqual(5000);
    expect(started).not.toHaveProperty('value');
    for (const process of run.pods.started) process.isListening = true;
    await run.clock.advance(500);
    expect(started).toHaveProperty('value');
  });

  it('fails with the last lines of a service that ends before it is ready', async () => {
    const run = makeCluster({}, (process) => {
      process.answers['/ready'] = false;
      run.clock.after(300, () => {
        process.order.onLine({ stream: 'stderr', line: 'Error: no DATABASE_URL' });
        process.end(1);
      });
    });
    const started = outcome(run.cluster.start());
    await run.clock.advance(3000);
    expect(started.error).toMatchObject({ code: 'EXITED_BEFORE_READY' });
    expect(started.error?.message).toBe(
      'the service exited with code 1 before it was ready; its last lines:\n  Error: no DATABASE_URL',
    );
  });

  it('fails with the variable of the port when the service never listens', async () => {
    const run = makeCluster({}, (process) => {
      process.isListening = false;
      process.answers['/ready'] = false;
    });
    const pod = fakePodSpec({ livenessProbe: undefined });
    const quiet = makeCluster({ pod }, run.pods.prepare);
    const started = outcome(quiet.cluster.start());
    await quiet.clock.advance(61_000);
    expect(started.error).toMatchObject({ code: 'NEVER_LISTENED' });
    expect(started.error?.message).toMatch(
      /never listened on PORT=2000\d within 60 s: does it read the variable PORT, and listen on more than localhost\? .*--port-env; if it takes no requests, write --worker; it wrote nothing/,
    );
  });

  it.each([
    ['soon when the port of the container is written into the program', 3000, 4900, 6100],
    ['long before the start is late when it listens elsewhere', 4444, 10_000, 16_000],
  ])('fails %s', async (_when, elsewhere, notYetMs, byMs) => {
    const pod = fakePodSpec({ livenessProbe: undefined });
    const run = makeCluster({ pod }, (process) => {
      process.isListening = false;
      process.listeningPorts = [elsewhere];
      process.answers['/ready'] = false;
    });
    const started = outcome(run.cluster.start());
    await run.clock.advance(notYetMs);
    expect(started.error).toBeUndefined();
    await run.clock.advance(byMs - notYetMs);
    expect(started.error).toMatchObject({ code: 'NEVER_LISTENED' });
    expect(started.error?.message).toMatch(
      new RegExp(`listens on ${elsewhere}, and not on PORT=2000\\d: the pods of a rehearsal share.*--port-env`),
    );
    expect(run.waitedFor[0]).toMatch(new RegExp(`^waiting: the service listens on ${elsewhere}, and not yet on PORT=`));
  });

  it('waits on for a service that listens where it was told to, whatever else it opened first', async () => {
    const run = makeCluster({ pod: fakePodSpec({ livenessProbe: undefined }) }, (process) => {
      process.listeningPorts = [3000, ...process.order.ports.map(({ port }) => port)];
      process.answers['/ready'] = false;
    });
    const started = outcome(run.cluster.start());
    await run.clock.advance(4900);
    expect(run.pods.started.map(({ looks }) => looks)).toEqual(run.pods.started.map(() => 0));
    await run.clock.advance(25_100);
    expect(started).toEqual({});
    expect(run.waitedFor).toEqual([]);
    // Looking is dear: it reads every connection of the machine.
    expect(run.pods.started.map(({ looks }) => looks)).toEqual(run.pods.started.map(() => 1));
  });

  it('says of a second pod whose port another one has that each port needs a variable', async () => {
    const run = makeCluster({}, (process) => {
      if (run.pods.started.length < 2) return;
      const line = 'Error: listen EADDRINUSE: address already in use :::9090';
      process.answers['/ready'] = false;
      run.clock.after(300, () => {
        process.order.onLine({ stream: 'stderr', line });
        process.end(1);
      });
    });
    const started = outcome(run.cluster.start());
    await run.clock.advance(10_000);
    expect(started.error).toMatchObject({ code: 'PORT_TAKEN' });
    expect(started.error?.message).toMatch(
      /could not listen on port 9090.*share one machine.*--port-env PORT MANAGEMENT_PORT.*value: '9090'/,
    );
  });

  it('fails with the last answer of the probe when the service listens and is never ready', async () => {
    const run = makeCluster({}, (process) => (process.answers['/ready'] = false));
    const started = outcome(run.cluster.start());
    await run.clock.advance(61_000);
    expect(started.error).toMatchObject({ code: 'NEVER_READY' });
    expect(started.error?.message).toMatch(/readiness probe GET \/ready was last told "503 Service Unavailable"/);
  });

  it('says which probe had the service stopped', async () => {
    const startupProbe = fakeProbe('/started', { failureThreshold: 2 });
    const run = makeCluster({ pod: fakePodSpec({ startupProbe }) }, (process) => (process.answers['/started'] = false));
    const started = outcome(run.cluster.start());
    await run.clock.advance(5000);
    expect(started.error?.message).toMatch(
      /^the service was stopped before it was ready, because the start-up probe failed/,
    );
  });
});

describe('a rolling update', () => {
  it('replaces every pod, never with fewer ready ones than it may, and tells when each has gone', async () => {
    const run = await startedCluster();
    const updated = outcome<UpdateEnd>(run.cluster.update());
    const ready: number[] = [];
    run.timeline.read((event) => {
      if (event.type === 'endpoints-changed') ready.push(event.ready.length);
    });
    await run.clock.advance(60_000);
    expect(updated.value).toBe('complete');
    const settled = outcome(run.cluster.settled());
    await run.clock.advance(40_000);
    expect(settled).toHaveProperty('value');
    expect(active(run)).toEqual(['v2-1', 'v2-2', 'v2-3']);
    expect(run.gone.toSorted()).toEqual(['v1-1', 'v1-2', 'v1-3']);
    expect(Math.min(...ready)).toBeGreaterThanOrEqual(3);
    expect(run.views[0]?.toSorted()).toEqual(['v2-1', 'v2-2', 'v2-3']);
    expect([run.only('update-started'), run.only('update-ended')]).toMatchObject([
      [{ revision: 2 }],
      [{ result: 'complete' }],
    ]);
  });

  it('with Recreate has none left before the first new one', async () => {
    const run = await startedCluster({ deployment: { ...deployment, strategy: 'Recreate' } });
    const updated = outcome<UpdateEnd>(run.cluster.update());
    await run.clock.advance(30_000);
    expect(updated.value).toBe('complete');
    const lastGone = Math.max(...run.only('pod-gone').map(({ at }) => at));
    const firstNew = run.only('pod-created').find(({ revision }) => revision === 2)?.at ?? 0;
    expect(firstNew).toBeGreaterThan(lastGone);
  });

  it('ends when it gets nowhere within the progress deadline, with the old pods still there', async () => {
    const run = await startedCluster({ deployment: { ...deployment, progressDeadlineMs: 30_000 } });
    run.pods.prepare = (process) => (process.answers['/ready'] = false);
    const updated = outcome<UpdateEnd>(run.cluster.update());
    await run.clock.advance(30_000);
    expect(updated).toEqual({});
    await run.clock.advance(10_000);
    expect(updated.value).toBe('progress-deadline-exceeded');
    expect(run.cluster.pods.filter(({ isReady }) => isReady)).toHaveLength(3);
  });

  it('ends when the rehearsal has no more time', async () => {
    const run = await startedCluster();
    run.pods.prepare = (process) => (process.answers['/ready'] = false);
    const deadline = new AbortController();
    const updated = outcome<UpdateEnd>(run.cluster.update(deadline.signal));
    await run.clock.advance(10_000);
    deadline.abort();
    await run.clock.advance(0);
    expect(updated.value).toBe('deadline-passed');
    expect(run.only('update-ended')).toHaveLength(1);
  });

  it('goes back in the middle, and has then arrived with the first revision', async () => {
    const run = await startedCluster();
    const updated = outcome<UpdateEnd>(run.cluster.update());
    while (!run.cluster.pods.some(({ revision, isReady }) => revision === 2 && isReady)) await run.clock.advance(10);
    const rolledBack = outcome<UpdateEnd>(run.cluster.rollback());
    await run.clock.advance(60_000);
    expect([updated.value, rolledBack.value]).toEqual(['complete', 'complete']);
    expect(active(run).every((name) => name.startsWith('v1-'))).toBe(true);
    expect(run.only('update-ended')).toHaveLength(1);
  });

  it('plays the same facts for the same seed, and others for another', async () => {
    const play = async (seed: number): Promise<readonly RolloutEvent[]> => {
      const run = await startedCluster({ seed });
      outcome(run.cluster.update());
      await run.clock.advance(60_000);
      return run.timeline.events;
    };
    const first = await play(11);
    expect(await play(11)).toEqual(first);
    expect(await play(12)).not.toEqual(first);
  });
});

describe('what else can be done to a cluster', () => {
  it('a drained node gives its pods away, and gets no more', async () => {
    const run = await startedCluster();
    expect(run.cluster.drainNode(0)).toEqual(['v1-1', 'v1-3']);
    await run.clock.advance(30_000);
    expect(active(run)).toHaveLength(3);
    expect(run.cluster.pods.filter(({ isDeleted }) => !isDeleted).every(({ node }) => node === 1)).toBe(true);
    expect(run.only('pod-deleted').map(({ reason }) => reason)).toEqual(['node 0 is drained', 'node 0 is drained']);
  });

  it('deleting all pods leaves nodes with those that still serve, and new ones come', async () => {
    const run = await startedCluster();
    run.cluster.deleteAll('all pods at once');
    await run.clock.advance(310);
    expect(run.views[0]).toHaveLength(3);
    await run.clock.advance(30_000);
    expect(active(run)).toEqual(['v1-4', 'v1-5', 'v1-6']);
    expect(run.views[0]?.toSorted()).toEqual(['v1-4', 'v1-5', 'v1-6']);
  });

  it('a failed liveness restarts the container, and deletes no pod', async () => {
    const run = await startedCluster();
    run.cluster.failLiveness('v1-2');
    await run.clock.advance(5000);
    expect(run.only('container-restarted')).toMatchObject([
      { pod: 'v1-2', reason: 'its liveness probe was made to fail' },
    ]);
    expect(run.only('pod-deleted')).toEqual([]);
  });

  it("signals reach the service itself, and are not taken for the kubelet's", async () => {
    const run = await startedCluster();
    run.cluster.signal('v1-1', 'SIGSTOP');
    run.cluster.signal('v1-1', 'SIGCONT');
    run.cluster.signal('v1-1', 'SIGTERM');
    expect(run.pods.of('v1-1').signals).toEqual(['SIGSTOP', 'SIGCONT', 'SIGTERM']);
    expect(run.only('signal-sent')).toEqual([]);
    expect(() => run.cluster.signal('v1-9', 'SIGTERM')).toThrow('there is no pod v1-9');
  });

  it('closing kills what is left, records nothing, and leaves no timer behind', async () => {
    const run = await startedCluster();
    outcome(run.cluster.update());
    await run.clock.advance(3000);
    const count = run.timeline.events.length;
    await run.cluster.close();
    expect(run.pods.started.every(({ hasExited }) => hasExited)).toBe(true);
    await run.clock.advance(0);
    expect(run.clock.pendingTimers).toBe(0);
    await run.clock.advance(60_000);
    expect(run.timeline.events).toHaveLength(count);
  });
});

describe('an act', () => {
  it.each([
    ['delete', 'it is deleted'],
    ['evict', 'it is evicted'],
  ] as const)('%s takes one pod, and is over when another one is available', async (act, reason) => {
    const run = await startedCluster({ deployment: { ...deployment, replicas: 1 } });
    const acted = outcome<UpdateEnd>(run.cluster.act(act));
    expect(run.only('pod-deleted')).toMatchObject([{ pod: 'v1-1', reason }]);
    expect(acted).toEqual({});
    await run.clock.advance(10_000);
    expect(acted).toEqual({ value: 'complete' });
    expect(active(run)).toEqual(['v1-2']);
  });

  it('drain takes every pod of the node of the first', async () => {
    const run = await startedCluster();
    const [first] = run.cluster.pods;
    const there = run.cluster.pods.filter(({ node }) => node === first?.node).map(({ name }) => name);
    const acted = outcome<UpdateEnd>(run.cluster.act('drain'));
    expect(run.only('pod-deleted').map(({ pod }) => pod)).toEqual(there);
    await run.clock.advance(10_000);
    expect(acted).toEqual({ value: 'complete' });
    expect(active(run)).toHaveLength(3);
  });

  it('scale-in leaves one pod less', async () => {
    const run = await startedCluster();
    const acted = outcome<UpdateEnd>(run.cluster.act('scale-in'));
    await run.clock.advance(10_000);
    expect(acted).toEqual({ value: 'complete' });
    expect([active(run).length, run.only('pod-deleted').length]).toEqual([2, 1]);
  });

  it('update rolls to the next revision', async () => {
    const run = await startedCluster();
    const acted = outcome<UpdateEnd>(run.cluster.act('update'));
    await run.clock.advance(30_000);
    expect(acted).toEqual({ value: 'complete' });
    expect(active(run)).toEqual(['v2-1', 'v2-2', 'v2-3']);
  });
});
