import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { GracefulShutdown } from './graceful-shutdown.js';
import { GracefulShutdownModule } from './graceful-shutdown.module.js';
import { Wiring } from './wiring.js';
import { resolveSettings } from './options/resolve-settings.js';

describe('the lifecycle of an application', () => {
  let app: TestingModule;
  let shutdown: GracefulShutdown;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    app = await Test.createTestingModule({ imports: [GracefulShutdownModule.forRoot()] }).compile();
    shutdown = app.get(GracefulShutdown);
  });

  afterEach(async () => {
    await app.close();
  });

  it('keeps no process alive for a gate that stays down', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    let hasAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => (hasAsked = resolve));
    shutdown.readiness.addGate('database', () => {
      hasAsked();
      return false;
    });
    await app.init();
    await asked;
    await new Promise((resolve) => setImmediate(resolve));
    expect(shutdown.phase).toBe('starting');
    expect(timers()).toBe(before);
    await app.close();
    expect(timers()).toBe(before);
  });
});

describe('late requests', () => {
  /** Statuses of requests that come too late, by path. */
  async function statuses(health: boolean | { path: string }, paths: readonly string[]): Promise<number[]> {
    const settings = resolveSettings({ code: { health }, platform: 'linux', variable: () => undefined });
    const { traffic } = new Wiring(settings).own;
    const server = createServer((_request, response) => response.end('served'));
    traffic.attach(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    traffic.leave();
    traffic.refuseLateRequests();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answers = await Promise.all(paths.map(async (path) => (await fetch(url + path)).status));
    traffic.detachAll();
    server.closeAllConnections();
    await once(server.close(), 'close');
    return answers;
  }

  it('are refused, but for probes and metrics', async () => {
    const paths = ['/orders', '/health/ready', '/healthz', '/livez', '/readyz', '/metrics', '/ready', '/'];
    expect(await statuses(false, paths)).toEqual([503, 200, 200, 200, 200, 200, 503, 503]);
  });

  it.each([
    ['/internal', '/internal'],
    ['/', ''],
  ])('are refused, but for the ready-made probes below %s', async (path, prefix) => {
    const probes = [`${prefix}/live`, `${prefix}/ready`, `${prefix}/startup`];
    expect(await statuses({ path }, ['/orders', ...probes])).toEqual([503, 200, 200, 200]);
  });
});
