import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type CanActivate, Controller, Get, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, createHttpApp, startHttpApp, urlOf } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import type { RecordingLogger } from '../support/recording-logger.js';

const NAMES = ['live', 'ready', 'startup'] as const;

/** As each framework writes it. */
const CATCH_ALL: Readonly<Record<Adapter, string>> = { express: '*path', fastify: '*' };

function catchAll(adapter: Adapter): Type<unknown> {
  @Controller()
  class CatchAllController {
    @Get(CATCH_ALL[adapter])
    all(): string {
      return 'caught';
    }
  }
  return CatchAllController;
}

@Injectable()
class ClosedGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

async function statuses(url: string, path = '/health'): Promise<(number | undefined)[]> {
  const answers = await Promise.all(NAMES.map((name) => ask(url, `${path}/${name}`)));
  return answers.map(({ status }) => status);
}

function probeUrl(logger: RecordingLogger): string {
  const line = logger.texts('log').find((text) => text.startsWith('probes on port'));
  return `http://127.0.0.1:${line?.split(' ').at(-1)}`;
}

describe.each(ADAPTERS)("probes on the service's own port (%s)", (adapter) => {
  it('are served with health: true, with what Terminus would say, and are never cached', async () => {
    const { url } = await startHttpApp(adapter, { options: { health: true } });
    expect(await statuses(url)).toEqual([200, 200, 200]);
    const { headers, body } = await ask(url, '/health/ready');
    const details = { readiness: { status: 'up' } };
    expect(JSON.parse(body)).toEqual({ status: 'ok', info: details, error: {}, details });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('are served elsewhere with health: { path }, and not at all by default', async () => {
    const moved = await startHttpApp(adapter, { options: { health: { path: '/probes' } } });
    expect(await statuses(moved.url, '/probes')).toEqual([200, 200, 200]);
    expect(await statuses(moved.url)).toEqual([404, 404, 404]);
    const none = await startHttpApp(adapter, {});
    expect(await statuses(none.url)).toEqual([404, 404, 404]);
  });

  it('are beyond a global prefix, a guard that rejects everything, and a route that catches everything', async () => {
    const { url } = await startHttpApp(adapter, {
      options: { health: true },
      controllers: [catchAll(adapter)],
      providers: [{ provide: APP_GUARD, useClass: ClosedGuard }],
      prepare: (app) => void app.setGlobalPrefix('api'),
    });
    expect(await ask(url, '/api/anything')).toMatchObject({ status: 403 });
    expect(await statuses(url)).toEqual([200, 200, 200]);
  });

  it('are found before a route that catches everything', async () => {
    const { url } = await startHttpApp(adapter, { options: { health: true }, controllers: [catchAll(adapter)] });
    expect(await ask(url, '/anything')).toMatchObject({ body: 'caught' });
    expect(await statuses(url)).toEqual([200, 200, 200]);
  });

  it('say while shutting down that it lives and is not ready', async () => {
    const { app, url, shutdown } = await startHttpApp(adapter, { options: { health: true } });
    const gate = new Gate();
    shutdown.register('hold', () => gate.pass(), { phase: 'lame-duck' });
    const closing = app.close();
    await gate.reached();
    expect(await statuses(url)).toEqual([200, 503, 200]);
    gate.open();
    await closing;
  });
});

describe.each(ADAPTERS)('probes on a port of their own (%s)', (adapter) => {
  const options: GracefulShutdownOptions = { probePort: 0 };

  it('answer before the service is ready, while it drains and closes, and no longer when it has closed', async () => {
    const init = new Gate();
    @Injectable()
    class SlowStarter implements OnModuleInit {
      onModuleInit(): Promise<void> {
        return init.pass();
      }
    }
    const { app, logger, shutdown } = await createHttpApp(adapter, { options, providers: [SlowStarter] });
    const booting = app.listen(0, '127.0.0.1');
    await init.reached();
    const url = probeUrl(logger);
    expect(await statuses(url)).toEqual([200, 503, 503]);
    init.open();
    await booting;
    await until('it is ready', () => shutdown.phase === 'ready');
    expect(await statuses(url)).toEqual([200, 200, 200]);

    const task = shutdown.track('task');
    const hook = new Gate();
    shutdown.register('hook', () => hook.pass());
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    expect(await statuses(url)).toEqual([200, 503, 200]);
    task.done();
    await hook.reached();
    expect(await statuses(url)).toEqual([200, 503, 200]);
    hook.open();
    await closing;
    expect(await statuses(url)).toEqual([undefined, undefined, undefined]);
    expect(await ask(url, '/health/live')).toMatchObject({ outcome: 'refused' });
  });

  it('answer under the path of health: { path }, and say nothing of it elsewhere', async () => {
    const { logger, url } = await startHttpApp(adapter, { options: { ...options, health: { path: '/probes' } } });
    expect(await statuses(probeUrl(logger), '/probes')).toEqual([200, 200, 200]);
    expect(await statuses(url, '/probes')).toEqual([200, 200, 200]);
    expect(await ask(probeUrl(logger), '/')).toMatchObject({
      status: 404,
      body: '{"statusCode":404,"error":"Not Found"}',
    });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('answer GET and HEAD alone, and not %s', async (method) => {
    const { logger } = await startHttpApp(adapter, { options });
    const client = await RawClient.connect(probeUrl(logger));
    client.ask(method, '/health/live', 'X-Secret: 1', 'Content-Length: 0', 'Connection: close');
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 405 [^]*Allow: GET, HEAD\r\n[^]*"Method Not Allowed"\}/);
    expect(client.received).not.toContain('X-Secret');
  });

  it('answer while clients hold as many connections as they can, with half a head or half a body', async () => {
    const { app, logger } = await startHttpApp(adapter, { options });
    const url = probeUrl(logger);
    const holders: RawClient[] = [];
    for (let n = 0; n < 150; n += 1) {
      const holder = await RawClient.connect(url);
      holder.send(n % 2 === 0 ? 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ' : '');
      if (n % 3 === 0) holder.ask('GET', '/health/live', 'Content-Length: 10');
      holders.push(holder);
    }
    expect(await statuses(url)).toEqual([200, 200, 200]);
    await until('the oldest are ended', () => holders.filter(({ isClosed }) => isClosed).length > 80);
    await app.close();
    await Promise.all(holders.map(({ closed }) => closed));
  });

  it('take no head that is larger than any probe needs', async () => {
    const { logger } = await startHttpApp(adapter, { options });
    const client = await RawClient.connect(probeUrl(logger));
    client.ask('GET', '/health/live', `X-Large: ${'x'.repeat(10_000)}`);
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('that is taken fails the boot and says what to type', async () => {
    const other = createServer().listen(0);
    await once(other, 'listening');
    // Of a TCP server, an object.
    const { port } = other.address() as AddressInfo;
    const { app } = await createHttpApp(adapter, { options: { probePort: port } });
    await expect(app.init()).rejects.toMatchObject({
      code: 'PROBE_PORT_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(`probe port ${port} .*EADDRINUSE.*SHUTDOWN_PROBE_PORT=9000`)) as string,
    });
    await app.close();
    other.close();
    await once(other, 'close');
  });
});

describe.each(ADAPTERS)('the service is ready (%s)', (adapter) => {
  it('only once it listens', async () => {
    const { app, server, shutdown } = await createHttpApp(adapter, {});
    expect(shutdown.phase).toBe('starting');
    await app.init();
    expect(shutdown.phase).toBe('starting');
    await app.listen(0, '127.0.0.1');
    expect(shutdown.phase).toBe('ready');
    expect(await ask(urlOf(server), '/')).toMatchObject({ status: 404 });
  });
});
