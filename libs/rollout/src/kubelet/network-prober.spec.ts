import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { FakeProcess } from '../../../../test/support/fake-pods.js';
import { HealthImplementation } from 'grpc-health-check';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { startPricesServer } from '../../../../test/support/prices-server.js';
import { type Probe } from '../scenario/scenario.js';
import { NetworkProber } from './network-prober.js';
import { type ProbeAnswer, type ProbeTarget } from './prober.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<ProbeTarget> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const port = { name: 'http', containerPort: 3000, variable: 'PORT', isTraffic: true };
  const listening = (server.address() as AddressInfo).port;
  const ports = [{ ...port, port: listening, inside: listening }];
  const order = { pod: 'v1-1', service: { command: ['x'] as [string], cwd: '/', env: {}, ports: [port] }, ports };
  const process = new FakeProcess(1, { ...order, isPid1: false, onLine: () => undefined }, new ManualClock());
  return { process, ports };
}

const never = new AbortController().signal;

function get(target: ProbeTarget, path = '/ready', changes: Partial<Probe['action']> = {}): Promise<ProbeAnswer> {
  const action = { kind: 'http-get', path, containerPort: 3000, headers: { 'X-Probe': 'yes' }, ...changes } as const;
  return new NetworkProber().ask(action as Probe['action'], target, never);
}

describe('an http probe', () => {
  it.each([
    [200, true],
    [204, true],
    [304, true],
    [399, true],
    [400, false],
    [503, false],
  ])('takes %i for %s', async (status, isSuccess) => {
    const target = await serve((_, response) => response.writeHead(status).end('body'));
    const answer = await get(target);
    expect(answer.isSuccess).toBe(isSuccess);
    expect(answer.detail).toMatch(String(status));
  });

  it('asks with its own headers on a connection of its own', async () => {
    const seen: unknown[] = [];
    const target = await serve(({ url, headers }, response) => {
      seen.push([url, headers.connection, headers['x-probe'], headers['user-agent']]);
      response.end();
    });
    await get(target, '/ready?full=1');
    expect(seen).toEqual([['/ready?full=1', 'close', 'yes', expect.stringMatching(/^kube-probe/)]]);
  });

  it('follows redirects on the same host, ten at most', async () => {
    const target = await serve(({ url = '' }, response) => {
      const left = Number(url.slice(1));
      if (left === 0) return response.writeHead(503).end();
      return response.writeHead(302, { Location: `/${left - 1}` }).end();
    });
    expect(await get(target, '/10')).toEqual({ isSuccess: false, detail: '503 Service Unavailable' });
    expect(await get(target, '/11')).toEqual({ isSuccess: false, detail: 'stopped after 10 redirects' });
  });

  it('takes a redirect to another host for a success, and does not go there', async () => {
    const target = await serve((_, response) => response.writeHead(302, { Location: 'http://other.invalid/' }).end());
    expect(await get(target)).toEqual({ isSuccess: true, detail: '302 Found' });
  });

  it('says what went wrong on the way', async () => {
    const target = await serve(({ socket }) => socket.destroy());
    expect(await get(target)).toEqual({ isSuccess: false, detail: 'ECONNRESET' });
    expect(await get(target, '/', { containerPort: 9 })).toEqual({
      isSuccess: false,
      detail: 'the service declares no port 9',
    });
  });

  it('ends its request when it is told to', async () => {
    const limit = new AbortController();
    const target = await serve(() => limit.abort());
    const action = { kind: 'http-get', path: '/', containerPort: 3000, headers: {} } as const;
    expect(await new NetworkProber().ask(action, target, limit.signal)).toMatchObject({ isSuccess: false });
  });
});

describe('the other probes', () => {
  it('knock at a port', async () => {
    const target = await serve(() => undefined);
    const knock = (): Promise<ProbeAnswer> =>
      new NetworkProber().ask({ kind: 'tcp-socket', containerPort: 3000 }, target, never);
    expect(await knock()).toEqual({ isSuccess: true, detail: 'accepted' });
    const [server] = servers;
    server?.close();
    await once(server as Server, 'close');
    expect(await knock()).toEqual({ isSuccess: false, detail: 'refused' });
  });

  it('ask the health service of gRPC', async () => {
    const health = new HealthImplementation({ '': 'SERVING', orders: 'NOT_SERVING' });
    const { server, port } = await startPricesServer();
    health.addToServer(server);
    const target = await serve(() => undefined);
    const ports = target.ports.map((one) => ({ ...one, port }));
    const ask = (service: string): Promise<ProbeAnswer> =>
      new NetworkProber().ask({ kind: 'grpc', containerPort: 3000, service }, { ...target, ports }, never);
    expect(await ask('')).toEqual({ isSuccess: true, detail: 'SERVING' });
    expect(await ask('orders')).toEqual({ isSuccess: false, detail: 'NOT_SERVING' });
    expect((await ask('other')).detail).toMatch(/^NOT_FOUND/);
    server.forceShutdown();
    expect(await ask('')).toEqual({ isSuccess: false, detail: 'ECONNREFUSED' });
  });

  it('run a command', async () => {
    const target = await serve(() => undefined);
    const process = { ...target.process, exec: () => Promise.resolve({ code: 1, detail: 'exit code 1: not yet' }) };
    const action = { kind: 'exec', command: ['check'] } as const;
    expect(
      await new NetworkProber().ask(action, { ...target, process: Object.assign(target.process, process) }, never),
    ).toEqual({ isSuccess: false, detail: 'exit code 1: not yet' });
  });

  it('take any answer to a preStop request for done', async () => {
    const target = await serve((_, response) => response.writeHead(500).end());
    const port = target.ports[0]?.port ?? 0;
    expect((await new NetworkProber().call({ path: '/drain', port }, never)).isSuccess).toBe(true);
    servers[0]?.close();
    await once(servers[0] as Server, 'close');
    expect(await new NetworkProber().call({ path: '/drain', port }, never)).toEqual({
      isSuccess: false,
      detail: 'ECONNREFUSED',
    });
  });
});
