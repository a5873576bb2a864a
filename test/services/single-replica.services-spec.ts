import { join } from 'node:path';
import { setTimeout as pace } from 'node:timers/promises';
import { until } from '../support/event-loop.js';
import { freePort } from '../support/free-port.js';
import { GrpcClient } from '../support/grpc-client.js';
import { HttpClient } from '../support/http-client.js';
import { type Program, startProgram } from '../support/program.js';
import { root } from '../support/repository.js';
import { reportOf } from '../support/service.js';
import { TcpRouter } from '../support/tcp-router.js';
import { WsClient } from '../support/ws-client.js';

const PACE_MS = 50;
/** Longer than the shortest lame duck, which is 5 s, and shorter than the longest one, which is 18 s. */
const ALONE_MS = 6500;

interface Replica {
  readonly program: Program;
  readonly url: string;
  readonly grpcPort: number;
}

async function startReplica(adapter: string, gracePeriod = '30s'): Promise<Replica> {
  const [port, grpcPort] = [await freePort(), await freePort()];
  const program = startProgram('only-replica', {
    nest: 12,
    env: {
      ...{ ADAPTER: adapter, PORT: String(port), GRPC_PORT: String(grpcPort) },
      PROTO: join(root, 'test/support/prices.proto'),
      ...{ NODE_ENV: 'production', KUBERNETES_SERVICE_HOST: '10.0.0.1' },
      ...{ SHUTDOWN_SINGLE_REPLICA: 'true', SHUTDOWN_GRACE_PERIOD: gracePeriod },
    },
  });
  return { program, url: await program.url(), grpcPort };
}

async function askFresh(url: string, path = '/'): Promise<number | undefined> {
  const client = new HttpClient(url);
  const { status } = await client.request({ path });
  client.close();
  return status;
}

/** Does it again and again, for so long. */
async function forSoLong(ms: number, act: () => Promise<void>): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    await act();
    await pace(PACE_MS);
  }
}

const phaseOf = ({ program }: Replica): string | undefined => program.output.match(/phase: (\S+)/g)?.at(-1);

/** Asked all the while, as a kubelet would ask them, and more often. */
async function expectGreen({ url }: Replica): Promise<void> {
  expect(await Promise.all(['live', 'ready'].map((probe) => askFresh(url, `/health/${probe}`)))).toEqual([200, 200]);
}

async function expectEnded({ program }: Replica, endedBy: string): Promise<string> {
  const exit = await program.exit;
  const { outcome, lameDuck, requests } = reportOf(exit);
  expect([exit.code, outcome, lameDuck.endedBy, requests.refused]).toEqual([0, 'clean', endedBy, 0]);
  return exit.output;
}

describe('the only pod of a service, as a process', () => {
  it('serves kept-alive and fresh clients until the new pod has them, and none is lost', async () => {
    const [old, next] = await Promise.all([startReplica('fastify'), startReplica('fastify')]);
    const router = await TcpRouter.start(old.url);
    const kept = new HttpClient(router.url);
    const ask = async (): Promise<boolean> => {
      expect(await askFresh(router.url)).toBe(200);
      const { outcome, wasReused } = await kept.request();
      expect(outcome).toBe('ok');
      return wasReused;
    };
    await ask();
    old.program.signal('SIGTERM');
    await old.program.waitForLine(/phase: lame-duck/);
    let reused = 0;
    await forSoLong(ALONE_MS, async () => {
      reused += Number(await ask());
      await expectGreen(old);
    });
    expect([phaseOf(old), reused]).toEqual(['phase: lame-duck', 1]);
    router.target = next.url;
    while (phaseOf(old) !== 'phase: stopped') await ask();
    expect(await expectEnded(old, 'quiet')).not.toContain('no other pod was ready');
  });

  it('tells WebSockets to go once requests on fresh connections have stopped, and not before', async () => {
    const old = await startReplica('express');
    const client = await WsClient.connect(old.url);
    old.program.signal('SIGTERM');
    await old.program.waitForLine(/phase: lame-duck/);
    await forSoLong(ALONE_MS, async () => expect(await askFresh(old.url)).toBe(200));
    client.send('echo');
    await until('it is echoed', () => client.received.length === 1);
    expect([phaseOf(old), client.isOpen]).toEqual(['phase: lame-duck', true]);
    expect(await client.closed).toMatchObject({ code: 1001 });
    await expectEnded(old, 'quiet');
  });

  it('answers gRPC calls until they have stopped', async () => {
    const old = await startReplica('express');
    const client = new GrpcClient(old.grpcPort);
    old.program.signal('SIGTERM');
    await old.program.waitForLine(/phase: lame-duck/);
    await forSoLong(ALONE_MS, async () => expect(await client.find('tea')).toMatchObject({ name: 'tea' }));
    expect(phaseOf(old)).toBe('phase: lame-duck');
    await expectEnded(old, 'quiet');
  });

  it('ends at the maximum where its replacement never becomes ready, says so, and no probe ends it before', async () => {
    const old = await startReplica('express', '12s');
    old.program.signal('SIGTERM');
    await old.program.waitForLine(/phase: lame-duck/);
    while (phaseOf(old) === 'phase: lame-duck') {
      await askFresh(old.url);
      await askFresh(old.url, '/health/live');
      await pace(PACE_MS);
    }
    expect(await expectEnded(old, 'elapsed')).toContain('requests still come here: no other pod was ready in time');
  });
});
