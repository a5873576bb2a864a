import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Test } from '@nestjs/testing';
import { turns } from '../../../test/support/event-loop.js';
import { Gate } from '../../../test/support/gate.js';
import { HoldingTimers } from '../../../test/support/holding-timers.js';
import { closeAfterTest } from '../../../test/support/http-app.js';
import { RecordingLogger } from '../../../test/support/recording-logger.js';
import { GracefulShutdown } from './graceful-shutdown.js';
import { GracefulShutdownModule } from './graceful-shutdown.module.js';
import { Wiring } from './wiring.js';
import { resolveSettings } from './options/resolve-settings.js';

describe('the lifecycle of an application', () => {
  it('keeps no process alive for a gate that stays down', async () => {
    const timers = new HoldingTimers();
    await timers.of(async () => {
      const app = await Test.createTestingModule({ imports: [GracefulShutdownModule.forRoot()] })
        .setLogger(new RecordingLogger())
        .compile();
      closeAfterTest(app);
      const shutdown = app.get(GracefulShutdown);
      const asked = new Gate();
      shutdown.readiness.addGate('database', async () => {
        await asked.pass();
        return false;
      });
      await app.init();
      await asked.reached();
      // The time that the gate is given.
      expect(timers.count).toBeGreaterThan(0);
      asked.open();
      await turns();
      expect([shutdown.phase, timers.count]).toEqual(['starting', 0]);
      await app.close();
      await turns();
      expect(timers.count).toBe(0);
    });
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
