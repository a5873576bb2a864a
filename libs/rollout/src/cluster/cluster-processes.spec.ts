import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fakePodSpec, fakeProbe, fakeScenario } from '../../../../test/support/fake-pods.js';
import { itNeeds, pidNamespaces } from '../../../../test/support/machine.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { systemClock } from '../clock/clock.js';
import { type RolloutEvent, Timeline } from '../events/rollout-event.js';
import { type Endpoint } from '../network/balancer.js';
import { Random } from '../random/random.js';
import { type PodSpec, type Scenario } from '../scenario/scenario.js';
import { Cluster } from './cluster.js';

/** Fails its readiness at SIGTERM, closes its listener when that was asked for twice, and ends when its last client has gone. */
const SERVICE = `
  let isReady = true;
  let failures = 0;
  const server = require('node:http').createServer(({ url }, response) => {
    if (url === '/held') return;
    const isFailing = url === '/ready' && !isReady;
    response.writeHead(isFailing ? 503 : 200, { connection: 'close' }).end();
    if (isFailing && ++failures === 2) server.close(() => process.exit(0));
  });
  server.listen(process.env.PORT, () => console.log('phase ready'));
  process.on('SIGTERM', () => {
    isReady = false;
    console.log('phase draining');
  });
`;

function scenarioOf(source: string, pod: Partial<PodSpec> = {}): Scenario {
  const usual = fakeScenario();
  const service = {
    ...usual.service,
    command: [process.execPath, '-e', source] as [string, ...string[]],
    cwd: process.cwd(),
  };
  const readinessProbe = fakeProbe('/ready', { periodMs: 200, failureThreshold: 1 });
  return {
    ...usual,
    service,
    nextService: service,
    deployment: { ...usual.deployment, replicas: 2, maxSurge: 2 },
    pod: fakePodSpec({ readinessProbe, ...pod }),
  };
}

function makeCluster(scenario: Scenario, startWithinMs?: number) {
  const start = systemClock.now();
  const timeline = new Timeline(() => systemClock.now() - start);
  const gone: Endpoint[] = [];
  const cluster = new Cluster({
    clock: systemClock,
    random: new Random(scenario.seed),
    timeline,
    scenario,
    onView: () => undefined,
    onGone: (endpoint) => gone.push(endpoint),
    phaseOf: (line) => /^phase (.*)/.exec(line)?.[1],
    startWithinMs,
  });
  killAfterTest({ kill: () => cluster.close() });
  const of = (pod: string): readonly RolloutEvent[] =>
    timeline.events.filter((event) => 'pod' in event && event.pod === pod);
  return { cluster, timeline, gone, of };
}

/** A client of a pod that waits for its answer. */
async function holdConnection({ port }: Endpoint): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  killAfterTest({ kill: async () => void socket.destroy() });
  await once(socket, 'connect');
  socket.on('error', () => undefined).write('GET /held HTTP/1.1\r\nHost: pod\r\n\r\n');
  return socket;
}

function isRefused({ port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

/** What happened to a pod from its deletion on, but for its probes and lines. */
function ending(events: readonly RolloutEvent[]): string[] {
  const types = events.map(({ type }) => type).filter((type) => type !== 'probe-answered' && type !== 'log-written');
  return types.slice(types.indexOf('pod-deleted'));
}

describe('a cluster of real processes', () => {
  it('updates a service that drains, whose every step is seen', async () => {
    const pod = { preStop: { kind: 'sleep', ms: 100 }, gracePeriodMs: 300_000 } as const;
    const { cluster, timeline, gone, of } = makeCluster(scenarioOf(SERVICE, pod));
    await cluster.start();
    const clients = new Map<string, Socket>();
    for (const { endpoint } of cluster.pods) {
      if (endpoint !== undefined) clients.set(endpoint.pod, await holdConnection(endpoint));
    }
    timeline.read((event) => {
      if (event.type === 'listener-closed') clients.get(event.pod)?.destroy();
    });
    expect(await cluster.update()).toBe('complete');
    await cluster.settled();
    for (const pod of ['v1-1', 'v1-2']) {
      expect(ending(of(pod))).toEqual([
        'pod-deleted',
        'kubelet-noticed-deletion',
        'pre-stop-started',
        'pre-stop-ended',
        'signal-sent',
        'service-phase',
        'pod-not-ready',
        'listener-closed',
        'container-exited',
        'pod-gone',
      ]);
      expect(of(pod).findLast(({ type }) => type === 'container-exited')).toMatchObject({ code: 0, signal: null });
    }
    expect(await Promise.all(gone.map(isRefused))).toEqual([true, true]);
    const left = cluster.pods.flatMap(({ endpoint, isGone }) => (endpoint === undefined || isGone ? [] : [endpoint]));
    expect(await Promise.all(left.map(isRefused))).toEqual([false, false]);
    await cluster.close();
    expect(await Promise.all(left.map(isRefused))).toEqual([true, true]);
  });

  itNeeds(pidNamespaces, 'kills a service that is pid 1 and has no handler when its grace is over', async () => {
    const source = `require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT)`;
    const { cluster, of } = makeCluster(scenarioOf(source, { isPid1: true, gracePeriodMs: 1000 }));
    await cluster.start();
    cluster.deletePod('v1-1', 'a test');
    await cluster.settled();
    expect(of('v1-1').filter(({ type }) => type === 'signal-sent')).toMatchObject([
      { signal: 'SIGTERM', remainingMs: 2000 },
      { signal: 'SIGKILL', remainingMs: 0 },
    ]);
    expect(of('v1-1').find(({ type }) => type === 'container-exited')).toMatchObject({
      code: 137,
      signal: 'SIGKILL',
      isKilledByKubelet: true,
    });
    expect(cluster.notes).toEqual([]);
  });

  it('says what a service that ends at once wrote last', async () => {
    const { cluster } = makeCluster(scenarioOf(`console.error('no DATABASE_URL'); process.exit(3)`));
    await expect(cluster.start()).rejects.toThrow(
      'the service exited with code 3 before it was ready; its last lines:\n  no DATABASE_URL',
    );
  });

  it('says that a program cannot be started', async () => {
    const scenario = scenarioOf('');
    const { cluster } = makeCluster({ ...scenario, service: { ...scenario.service, command: ['no-such-program'] } });
    await expect(cluster.start()).rejects.toThrow(/exited with code 128.*\n.*cannot start "no-such-program"/);
  });

  it('says that a service listens elsewhere', async () => {
    const source = `require('node:http').createServer((_, response) => response.end()).listen(0, () => console.log('up'))`;
    const { cluster } = makeCluster(scenarioOf(source, { livenessProbe: undefined }), 1000);
    await expect(cluster.start()).rejects.toThrow(/never listened on PORT=\d+ within 1 s.*--port-env/);
  });
});
