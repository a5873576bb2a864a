import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itNeeds, netNamespaces } from '../../../../test/support/machine.js';
import { InvalidScenarioError } from './invalid-scenario-error.js';
import { resolveScenario } from './resolve-scenario.js';

const command = 'node dist/main.js';

function problemsOf(options: Record<string, unknown>): string[] {
  try {
    resolveScenario({ command, podNetwork: 'shared', ...options });
  } catch (error) {
    if (error instanceof InvalidScenarioError)
      return error.problems.map(({ option, message }) => `${option}: ${message}`);
    throw error;
  }
  return [];
}

describe('resolveScenario', () => {
  it('needs nothing but a command', () => {
    const scenario = resolveScenario({ command, seed: 1 });
    expect(scenario.service.command).toEqual(['node', 'dist/main.js']);
    expect(scenario.nextService).toEqual(scenario.service);
    expect(scenario.deployment).toMatchObject({ replicas: 3, maxSurge: 1, maxUnavailable: 0 });
    expect(scenario.pod.gracePeriodMs).toBe(30_000);
    expect(scenario.load.kinds.map(({ name }) => name)).toEqual(['GET /']);
  });

  it.each([
    [4, '25%', '25%', 1, 1],
    [3, '25%', '25%', 1, 0],
    [10, '25%', '25%', 3, 2],
    [1, 0, '25%', 0, 1],
    [5, 2, 0, 2, 0],
  ])('rounds %i replicas with surge %s and unavailable %s to %i and %i', (...[replicas, surge, missing, up, down]) => {
    const { deployment } = resolveScenario({ command, replicas, maxSurge: surge, maxUnavailable: missing });
    expect([deployment.maxSurge, deployment.maxUnavailable]).toEqual([up, down]);
  });

  it('reads lengths of time, lags by name, and probes by path', () => {
    const { network, pod, timing } = resolveScenario({
      command,
      endpointLag: 'alb',
      preStop: '5s',
      readiness: '/ready',
      liveness: { path: '/live', port: 9090, period: '2s' },
      ports: [{ containerPort: 3000 }, { name: 'probes', containerPort: 9090, variable: 'PROBE_PORT' }],
      requestTimeout: 1500,
    });
    expect(network.endpointLag).toMatchObject({ min: 5000, max: 25_000 });
    expect(pod.preStop).toEqual({ kind: 'sleep', ms: 5000 });
    expect(pod.readinessProbe).toMatchObject({ action: { path: '/ready', containerPort: 3000 }, periodMs: 10_000 });
    expect(pod.livenessProbe).toMatchObject({ action: { path: '/live', containerPort: 9090 }, periodMs: 2000 });
    expect(timing.requestTimeoutMs).toBe(1500);
  });

  it('reads requests as they are typed, and by as many of their fields as are given', () => {
    const { load } = resolveScenario({
      command,
      requests: ['GET /orders x3', 'SSE /events', { path: '/orders', body: '{}', expect: [201] }],
    });
    expect(load.kinds).toMatchObject([
      { name: 'GET /orders', weight: 3, transport: 'http1' },
      { name: 'SSE /events', transport: 'event-stream' },
      { name: 'POST /orders', weight: 1, method: 'POST', expect: [201] },
    ]);
  });

  it('reads a login in one line, or by its fields, and asks for one where a request sends its token', () => {
    const requests = ['header.authorization="Bearer {token}" GET /orders'];
    const loginOf = (login: Parameters<typeof resolveScenario>[0]['login'] & {}) =>
      resolveScenario({ command, requests, login }).load.login;
    expect(loginOf('POST /login {"user":"a"}')).toMatchObject({ kind: { method: 'POST', body: '{"user":"a"}' } });
    const written = { path: '/login', json: { user: 'a' }, token: 'data.jwt' };
    expect(loginOf(written)).toMatchObject({ kind: { name: 'POST /login' }, token: 'data.jwt' });
    expect(() => resolveScenario({ command, requests })).toThrow(
      'GET /orders sends {token}: write the request that gives it',
    );
    expect(() => loginOf('PSOT /login')).toThrow('"PSOT" is no method: did you mean POST?');
    expect(() => loginOf({ ...written, body: 'x' })).toThrow('has body and json');
  });

  it.each([
    ['cluster-ip', { min: 0, median: 525, max: 1050 }],
    ['cluster-ip-busy', { min: 0, median: 883, max: 3001 }],
    ['cluster-ip-large', { min: 0, median: 1693, max: 6557 }],
  ])('knows how late kube-proxy was in a cluster as %s', (endpointLag, measured) => {
    expect(resolveScenario({ command, endpointLag }).network.endpointLag).toMatchObject(measured);
  });

  it('takes a lag as it was measured', () => {
    const endpointLag = {
      min: '100ms',
      steps: [
        { share: 0.5, ms: 300 },
        { share: 1, ms: 900 },
      ],
    };
    expect(resolveScenario({ command, endpointLag }).network.endpointLag).toMatchObject({
      min: 100,
      median: 300,
      max: 900,
    });
  });

  it('has the address of a pod refuse for 0.2 s after its end, as measured', () => {
    expect(resolveScenario({ command }).network.refusedForMs).toBe(200);
  });

  it('draws a seed where none is given', () => {
    const seeds = new Set(Array.from({ length: 5 }, () => resolveScenario({ command }).seed));
    expect(seeds.size).toBeGreaterThan(1);
  });

  it.each([
    [{ ports: [{ containerPort: 1, variable: 'A B' }] }, /^ports\[0\]\.variable: is no name of a variable/],
    [{ requests: ['FETCH /'] }, /^requests\[0\]: "FETCH \/": "FETCH" is no method/],
    [{ requests: ['GET /', { path: '/', wieght: 2 }] }, /^requests\[1\]\.wieght: is no option/],
    [{ requests: ['GET /', { path: '/a b' }] }, /^requests\[1\]: "\/a b" has " " in it: write %20 instead$/],
    [{ requests: [{ path: '/', method: 'G T' }] }, /^requests\[0\]: "G T" is no method: write GET, POST/],
    [{ requests: [{ path: '/', method: 'CONNECT' }] }, /^requests\[0\]: CONNECT asks a proxy/],
    [{ requests: [{ path: '/', headers: { a: 'b\nc' } }] }, /^requests\[0\]: the header "a" cannot be sent/],
    [{ requests: [] }, /^requests: .*at least one/],
    [{ replicas: 0 }, /^replicas: write 1 or more$/],
    [{ act: 'scale-in', replicas: 1 }, /^act: scale-in of the only pod would leave none: write replicas: 2 or more$/],
    [
      { act: 'delete', nextCommand: 'node next.js' },
      /^act: delete makes pods of the same revision: leave nextCommand out/,
    ],
    [{ keepAliveShare: 2 }, /^keepAliveShare: write 1 or less$/],
    [{ rate: 'fast' }, /^rate: write a number$/],
    [{ clients: 1.5 }, /^clients: write a whole number$/],
    [{ chaos: [{ kind: 'kill', variable: 'FOO' }] }, /^chaos: kill takes no variable: leave FOO out/],
    [{ command: 'node "main.js' }, /^command: .*every quote closed/],
    [{ command: [] }, /^command: .*is no command/],
    [{ gracePeriod: 'soon' }, /^gracePeriod: "soon" is no length of time: write '5s'/],
    [{ maxSurge: '200%' }, /^maxSurge: "200%" is no number of pods: write 1, or '25%'/],
    [{ maxSurge: 0, maxUnavailable: 0 }, /^maxSurge: .*cannot both be 0: write maxSurge: 1/],
    [{ replica: 2 }, /^replica: is no option/],
    [{ readiness: 'ready' }, /^readiness: .*begins with a slash/],
    [{ readiness: { pth: '/ready' } }, /^readiness\.pth: is no option/],
    [{ endpointLag: 'elb' }, /^endpointLag: "elb" is no lag: .*cluster-ip/],
    [{ endpointLag: { median: 10, max: 5 } }, /^endpointLag: .*must not fall/],
    [{ endpointLag: { steps: [{ share: 0.5, ms: 1 }] } }, /^endpointLag: .*the last step has the share 1/],
    [{ endpointLag: { min: 9, steps: [{ share: 1, ms: 1 }] } }, /^endpointLag: .*must not fall/],
    [{ chaos: ['earthquake'] }, /^chaos\[0\]: .*second-signal/],
    [{ chaos: ['dependency-away'] }, /^chaos: .*variable: 'DATABASE_URL'/],
    [{ chaos: [{ kind: 'kill', for: '2s' }] }, /^chaos: kill does not last/],
    [
      { preStop: { exec: 'curl -X POST localhost:15020/quit' } },
      /^preStop: asks localhost:15020, .*\(it has 3000\).*preStop a length of time/,
    ],
    [{ preStop: { httpGet: '/drain', port: 9000 } }, /^preStop: asks port 9000, .*containerPort 9000 among the ports/],
    [
      { readiness: { exec: ['nc', '-z', 'localhost', '8080'] } },
      /^readiness: asks localhost 8080, .*name a path of the service/,
    ],
    [{ liveness: { path: '/live', port: 9090 } }, /^liveness: asks port 9090/],
    [{ preStop: '40s' }, /^preStop: sleeps 40000 ms, longer than the grace period/],
    [{ rate: 0, clients: 0 }, /^rate: no request would be sent/],
  ])('says what to write instead of %j', (options, message) => {
    expect(problemsOf(options)).toEqual([expect.stringMatching(message)]);
  });

  it('looks into a script that a probe or a preStop hook runs', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'scripts-'));
    writeFileSync(join(cwd, 'drain.sh'), '#!/bin/sh\ncurl -X POST http://localhost:3000/drain\n');
    writeFileSync(join(cwd, 'health.js'), 'fetch(`http://localhost:${process.env.PORT ?? 3000}/health`)');
    const options = { cwd, preStop: { exec: 'sh drain.sh' }, readiness: { exec: 'node health.js' } };
    expect(problemsOf(options)).toEqual([
      expect.stringMatching(
        /^preStop: runs drain\.sh, which asks localhost:3000: .*read the variable that says the port/,
      ),
    ]);
    rmSync(cwd, { recursive: true });
  });

  it('gives the pods of a node that is taken away no more than its notice', () => {
    const spot = (changes: object) => resolveScenario({ command, act: 'spot', ...changes });
    expect(spot({ gracePeriod: '60s', notice: '30s' })).toMatchObject({
      noticeMs: 30_000,
      pod: { gracePeriodMs: 30_000 },
    });
    expect(spot({})).toMatchObject({ noticeMs: 120_000, pod: { gracePeriodMs: 30_000 } });
    expect(problemsOf({ notice: '30s' })).toEqual([
      expect.stringMatching(/^notice: is about a node that is taken away/),
    ]);
    expect(problemsOf({ act: 'spot', notice: 0 })).toEqual([
      expect.stringMatching(/^notice: a node that goes without one/),
    ]);
  });

  it('reads how a Rollout of Argo is updated, and refuses what is of another kind', () => {
    const rollout = (argoRollout: object) => resolveScenario({ command, argoRollout }).deployment.argoRollout;
    expect(rollout({ steps: [{ setWeight: 20 }, { pause: '5s' }] })).toEqual({
      kind: 'canary',
      steps: [
        { kind: 'set-weight', weight: 20 },
        { kind: 'pause', ms: 5000 },
      ],
    });
    expect(rollout({ blueGreen: {} })).toEqual({ kind: 'blue-green', promotionMs: 0, scaleDownDelayMs: 30_000 });
    expect(resolveScenario({ command }).deployment).not.toHaveProperty('argoRollout');
    expect(problemsOf({ argoRollout: {} })).toEqual([expect.stringMatching(/write one of steps and blueGreen$/)]);
    expect(problemsOf({ argoRollout: { blueGreen: {} }, strategy: 'Recreate' })).toHaveLength(1);
    expect(problemsOf({ argoRollout: { blueGreen: {} }, statefulSet: {} })).toHaveLength(1);
    expect(problemsOf({ argoRollout: { steps: [{ setWeight: 101 }] } })).toHaveLength(1);
  });

  it('has a StatefulSet update at least one pod at a time, and refuses a partition above all of them', () => {
    const set = (statefulSet: object) => resolveScenario({ command, replicas: 5, statefulSet }).deployment.statefulSet;
    expect(set({})).toEqual({ name: 'pod', podManagement: 'OrderedReady', partition: 0, maxUnavailable: 1 });
    expect([set({ maxUnavailable: '10%' }), set({ maxUnavailable: '50%' })].map((one) => one?.maxUnavailable)).toEqual([
      1, 2,
    ]);
    expect(problemsOf({ statefulSet: { partition: 3 } })).toEqual([expect.stringMatching(/write 2 or less$/)]);
  });

  it('plays calls of gRPC over connections, and with no files but those that something calls', () => {
    const requests = ['GRPC a.B/C'];
    expect(resolveScenario({ command, requests, grpcProto: 'a.proto', cwd: '/app' }).load.grpc).toEqual({
      protos: ['a.proto'],
      folder: '/app',
    });
    expect(problemsOf({ requests, balancer: 'request' })).toEqual([
      expect.stringMatching(/^balancer: GRPC a\.B\/C needs HTTP\/2/),
    ]);
    expect(problemsOf({ grpcProto: 'a.proto' })).toEqual([
      expect.stringMatching(/^grpcProto: nothing calls what is in it/),
    ]);
  });

  describe('the network of pods', () => {
    const curl = (port: number) => ({ preStop: { exec: `curl localhost:${port}/drain` } });
    const ownOf = (options: Parameters<typeof resolveScenario>[0]) => resolveScenario(options).service.ownNetwork;

    it('is that of this machine where nothing is refused there, also where a command is rewritten', () => {
      expect(ownOf({ command, preStop: { exec: 'sleep 5' }, readiness: '/ready' })).toBeUndefined();
      expect(ownOf({ command, ...curl(3000) })).toBeUndefined();
      expect(ownOf({ command, liveness: { path: '/live', port: 3000 } })).toBeUndefined();
      expect(ownOf({ command, ...curl(3000), podNetwork: 'shared' })).toBeUndefined();
    });

    itNeeds(netNamespaces, 'is one of its own where a probe or a hook would meet another program', async () => {
      const hooked = ownOf({ command, ...curl(15_020) });
      expect(hooked?.reason).toMatch(/^because preStop .*another program/);
      // Whatever listens there on this machine: the hook of a pod must not reach it.
      expect(hooked?.asked).toEqual([15_020]);
      expect(ownOf({ command, ...curl(15_020), outbound: ['localhost:15020'] })?.asked).toEqual([]);
      const probed = { command, liveness: { path: '/live', port: 9090 } };
      expect(ownOf(probed)).toMatchObject({ asked: [9090], outbound: [] });
      const named = { command, podNetwork: 'own' as const, outbound: [9200, 'localhost:9300', 'redis://a:6380/0'] };
      expect(ownOf(named)).toMatchObject({ reason: 'as podNetwork says', outbound: [9200, 9300, 6380] });
    });

    it('is asked for in words that are known', () => {
      expect(problemsOf({ podNetwork: 'mine' })).toEqual([expect.stringMatching(/^podNetwork: .*own/)]);
      expect(problemsOf({ outbound: ['db'] })).toEqual([
        expect.stringMatching(/^outbound\[0\]: "db" names no port: write 5432, or 'localhost:5432'$/),
      ]);
      expect(problemsOf({ outbound: [5432] })).toEqual([
        expect.stringMatching(/^outbound: .*leave podNetwork: shared out/),
      ]);
    });
  });

  it('plays consumers of Kafka without what its messages do not have', () => {
    const kafka = { url: 'kafka://127.0.0.1:9092', queue: 'orders' };
    expect(resolveScenario({ command, messages: kafka }).messages).toMatchObject({ broker: 'kafka', queue: 'orders' });
    const refused = [{ pattern: 'orders' }, { reply: true }, { url: 'kafka://me:secret@127.0.0.1:9092' }];
    const said = refused.map((more) => problemsOf({ messages: { ...kafka, ...more } }));
    expect(said).toEqual([
      [expect.stringMatching(/topic/)],
      [expect.stringMatching(/answers/)],
      [expect.stringMatching(/login/)],
    ]);
  });

  it('lists every problem at once', () => {
    expect(problemsOf({ gracePeriod: 'soon', replicas: 0, balancer: 'dns' })).toHaveLength(3);
    expect(problemsOf({ requests: [{ path: '/a b' }, 'GET /', { path: '/', method: 'G T' }] })).toHaveLength(2);
  });
});
