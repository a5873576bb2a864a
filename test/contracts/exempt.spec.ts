import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, type CanActivate, Controller, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { GracefulShutdownOptions, InFlight } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, type HttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';

const exempt = ['/status', '/admin/*'];

/** Where a request can hang. */
const PLACES = ['middleware', 'guard', 'handler'] as const;

interface World extends HttpApp {
  /** Requests with `?in=<place>` wait here, in that place. */
  readonly gate: Gate;
  /** What was in flight when the newest request came to the middleware. */
  readonly atArrival: () => InFlight;
}

const CATCH_ALL: Readonly<Record<Adapter, string>> = { express: '*path', fastify: '*' };

/** Everything is served by one handler behind a guard and a middleware, and may wait in any of them. */
async function startWorld(adapter: Adapter, parts: HttpAppParts = {}): Promise<World> {
  const gate = new Gate();
  const waitIn = async (place: string, url: string): Promise<void> => {
    if (url.includes(`in=${place}`)) await gate.pass();
  };
  @Injectable()
  class WaitingGuard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      await waitIn('guard', context.switchToHttp().getRequest<IncomingMessage>().url ?? '');
      return true;
    }
  }
  @UseGuards(WaitingGuard)
  @Controller()
  class EverythingController {
    @All(['/', CATCH_ALL[adapter]])
    async everything(): Promise<string> {
      if (handlerWaits) await gate.pass();
      return 'served';
    }
  }
  let handlerWaits = false;
  let newest: InFlight | undefined;
  const world = await startHttpApp(adapter, {
    ...parts,
    controllers: [EverythingController],
    prepare: (app) => {
      app.use(async ({ url = '' }: IncomingMessage, _response: ServerResponse, next: () => void) => {
        newest = world.shutdown.inFlight();
        handlerWaits = url.includes('in=handler');
        await waitIn('middleware', url);
        next();
      });
      parts.prepare?.(app);
    },
  });
  const atArrival = (): InFlight => newest ?? world.shutdown.inFlight();
  return { ...world, gate, atArrival };
}

const nothing = { total: 0, responses: 0, handlers: 0, items: [] };

describe.each(ADAPTERS)('a request that is exempt (%s)', (adapter) => {
  it.each(PLACES)('and hangs in a %s is neither in flight nor waited for', async (place) => {
    const world = await startWorld(adapter, { options: { exempt } });
    const paths = ['/health/live', '/healthz', '/metrics', '/status', '/admin', '/admin/users/7'];
    for (const path of paths) (await RawClient.connect(world.url)).ask('GET', `${path}?in=${place}`);
    await world.gate.reached(paths.length);
    await turns();
    expect(world.shutdown.inFlight()).toMatchObject(nothing);

    const closing = world.app.close();
    await until('the drain is over', () => world.shutdown.phase === 'closing');
    world.gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 0, drained: 0, refused: 0, interrupted: [] },
    });
  });

  it('is answered while others are waited for, and not counted as drained', async () => {
    const world = await startWorld(adapter, { options: { exempt } });
    const probe = await RawClient.connect(world.url);
    probe.ask('GET', '/metrics');
    await probe.until(/served$/);
    const answer = ask(world.url, '/work?in=handler');
    await world.gate.reached();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    // On the connection it has: no new ones are accepted.
    probe.ask('GET', '/status');
    await probe.until(/served[^]*served$/);
    world.gate.open();
    expect(await answer).toMatchObject({ outcome: 'ok', body: 'served' });
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('is not every request to such a path: whoever posts to /health is waited for', async () => {
    const world = await startWorld(adapter, { options: { exempt } });
    const answer = ask(world.url, { method: 'POST', path: '/health?in=handler' });
    await world.gate.reached();
    expect(world.shutdown.inFlight()).toMatchObject({ total: 1, responses: 1, handlers: 1 });
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    expect(world.shutdown.phase).toBe('draining');
    world.gate.open();
    expect(await answer).toMatchObject({ outcome: 'ok' });
    await closing;
  });

  it('is decided by what the client wrote, not by what middleware makes of it', async () => {
    const rewritten: Readonly<Record<string, string>> = { '/work': '/metrics', '/metrics': '/work' };
    const world = await startWorld(adapter, {
      prepare: (app) => {
        app.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
          const [path = '', query = ''] = (request.url ?? '').split('?');
          request.url = `${rewritten[path] ?? path}?${query}`;
          next();
        });
        // Mounted: what is below sees the path without it.
        app.use('/mounted', async ({ url = '' }: IncomingMessage, _response: ServerResponse, next: () => void) => {
          if (url.includes('in=mount')) await world.gate.pass();
          next();
        });
      },
    });
    const ways = ['/work?in=handler', '/metrics?in=handler', '/mounted/metrics?in=mount'];
    for (const [index, way] of ways.entries()) {
      (await RawClient.connect(world.url)).ask('GET', way);
      await world.gate.reached(index + 1);
    }
    await turns();
    expect(world.shutdown.inFlight()).toMatchObject({ total: 2, responses: 2 });
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    world.gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });

  it('is not one that was taken out: a service whose business is GET /metrics is waited for', async () => {
    const world = await startWorld(adapter, { options: { exempt: ['/admin/*', '!/metrics', '!/admin/import'] } });
    const paths = ['/metrics', '/admin/import', '/health', '/admin/users'];
    for (const path of paths) (await RawClient.connect(world.url)).ask('GET', `${path}?in=handler`);
    await world.gate.reached(paths.length);
    await turns();
    expect(world.shutdown.inFlight()).toMatchObject({ total: 2, responses: 2, handlers: 2 });
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    world.gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });

  it('is not one that is rewritten on its way to a route that was taken out, from its handler on', async () => {
    const rewriteUrl = ({ url = '' }: { readonly url?: string | undefined }): string => url.replace('upload', 'import');
    const world = await startWorld(adapter, {
      options: { exempt: ['/admin/*', '!/admin/import'] },
      ...(adapter === 'fastify' && { httpAdapter: new FastifyAdapter({ rewriteUrl }) }),
      prepare: (app) => {
        if (adapter === 'fastify') return;
        app.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
          request.url = rewriteUrl(request);
          next();
        });
      },
    });
    const answer = ask(world.url, '/admin/upload?in=handler');
    const other = ask(world.url, '/admin/users?in=handler');
    await world.gate.reached(2);
    await turns();
    expect(world.shutdown.inFlight()).toMatchObject({ total: 1, responses: 1, handlers: 1 });
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    world.gate.open();
    expect(await answer).toMatchObject({ outcome: 'ok', body: 'served' });
    await other;
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('is listed with its global prefix, as the client writes it', async () => {
    const world = await startWorld(adapter, {
      options: { exempt: ['/api/metrics'] },
      prepare: (app) => void app.setGlobalPrefix('api'),
    });
    for (const path of ['/api/metrics', '/api/health']) {
      (await RawClient.connect(world.url)).ask('GET', `${path}?in=guard`);
    }
    await world.gate.reached(2);
    expect(world.shutdown.inFlight()).toMatchObject({ total: 1, responses: 1 });
    world.gate.open();
  });
});

describe.each(ADAPTERS)("exempt: ['/*'] (%s)", (adapter) => {
  const everything = { exempt: ['/*'] };
  const warnings = ({ logger }: World): string[] =>
    logger.texts('warn').filter((text) => text.includes("exempt: ['/*'] makes every request exempt"));

  it('is warned of at boot, and an end with requests that ran on is not called clean', async () => {
    const world = await startWorld(adapter, { options: everything });
    expect(warnings(world)).toHaveLength(1);
    const hook = new Gate();
    world.shutdown.register('hook', () => hook.pass());
    const answer = ask(world.url, '/orders?in=handler');
    await world.gate.reached();
    const closing = world.app.close();
    await hook.reached();
    world.gate.open();
    expect(await answer).toMatchObject({ outcome: 'ok', body: 'served' });
    hook.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'unverified',
      exitCode: 0,
      unseen: [expect.stringContaining('1 ran on behind it') as string],
    });
  });

  it('is clean when none ran on, and not warned of where only some paths are listed', async () => {
    const world = await startWorld(adapter, { options: everything });
    expect(await ask(world.url, '/orders')).toMatchObject({ outcome: 'ok' });
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean' });
    expect(warnings(await startWorld(adapter, { options: { exempt } }))).toEqual([]);
  });
});

/** By method and path: whether it is exempt with {@link exempt}. */
const REQUESTS: readonly (readonly [method: string, path: string, isExempt: boolean])[] = [
  ...['/health', '/health/', '/health/live', '/health/ready?verbose=1', '/health/startup'].map(asExempt('GET')),
  ...['/healthz', '/livez', '/readyz', '/metrics', '/metrics?name[]=up'].map(asExempt('GET')),
  ...['/health', '/metrics', '/status', '/admin/users'].map(asExempt('HEAD')),
  ...['/status', '/status/', '/status?x', '/admin', '/admin/', '/admin/a/b?c=d'].map(asExempt('GET')),
  ...['/status', '/admin', '/admin/a'].map(asExempt('POST')),
  ...['/', '/?/health', '/work', '/health/other', '/healthy', '/metrics/all', '/api/health'].map(asCounted('GET')),
  ...['/status/more', '/statuses', '/administrator', '/x/admin/y', '//metrics'].map(asCounted('GET')),
  ...['/health', '/health/live', '/metrics', '/work'].map(asCounted('POST')),
  ...['/health', '/metrics'].flatMap((path) => ['PUT', 'DELETE', 'OPTIONS'].map((method) => asCounted(method)(path))),
];

function asExempt(method: string) {
  return (path: string): readonly [string, string, boolean] => [method, path, true];
}
function asCounted(method: string) {
  return (path: string): readonly [string, string, boolean] => [method, path, false];
}

/** Answers to HEAD have no body to wait for. */
async function statusOf(url: string, method: string, path: string): Promise<string | undefined> {
  const client = await RawClient.connect(url);
  client.ask(method, path, 'Content-Length: 0');
  const received = await client.until(/\r\n\r\n/);
  client.abort();
  return /^HTTP\/1\.1 (\d+)/.exec(received)?.[1];
}

describe.each(ADAPTERS)("lateRequests: 'refuse' (%s)", (adapter) => {
  it('refuses exactly what is counted', async () => {
    const options: GracefulShutdownOptions = { exempt, lateRequests: 'refuse' };
    const world = await startWorld(adapter, { options });
    const slow = await RawClient.connect(world.url);
    slow.ask('GET', '/work?in=handler');
    await world.gate.reached();
    const counted: string[] = [];
    for (const [method, path] of REQUESTS) {
      await statusOf(world.url, method, path);
      if (world.atArrival().responses === 2) counted.push(`${method} ${path}`);
    }
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    const refused: string[] = [];
    for (const [method, path] of REQUESTS) {
      if ((await statusOf(world.url, method, path)) === '503') refused.push(`${method} ${path}`);
    }
    expect(refused).toEqual(counted);
    expect(counted).toEqual(
      REQUESTS.filter(([, , isExempt]) => !isExempt).map(([method, path]) => `${method} ${path}`),
    );
    world.gate.open();
    await closing;
    expect(world.shutdown.report?.requests.refused).toBe(refused.length);
  });
});
