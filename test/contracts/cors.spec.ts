import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, type INestApplication, Options } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, startHttpApp, type HttpApp } from '../support/http-app.js';
import type { Answer } from '../support/http-client.js';
import { until } from '../support/event-loop.js';

const SHOP = 'http://shop.test';

let slow: Gate;

@Controller()
class Api {
  @Get('slow')
  async slow(): Promise<string> {
    await slow.pass();
    return 'slow';
  }

  @Get('fast')
  fast(): string {
    return 'fast';
  }
}

const READABLE = {
  'access-control-allow-origin': SHOP,
  'access-control-expose-headers': 'X-Total,Retry-After',
  'access-control-allow-credentials': 'true',
  vary: 'Origin',
};

function headersOf({ headers }: Answer): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name in READABLE || name === 'retry-after'));
}

/** The setting, written as each part of it may be. */
const options = (origin: unknown): object => ({ origin, credentials: true, exposedHeaders: 'X-Total' });

/** Asks while the service refuses, with one request held. */
async function whileRefusing(world: HttpApp, asking: () => Promise<void>): Promise<void> {
  const held = ask(world.url, '/slow');
  await slow.reached();
  const closing = world.app.close();
  await until('it drains', () => world.shutdown.phase === 'draining');
  await asking();
  slow.open();
  expect(await held).toMatchObject({ status: 200 });
  await closing;
}

function start(adapter: Adapter, prepare: (app: INestApplication) => void, nest = {}): Promise<HttpApp> {
  slow = new Gate();
  return startHttpApp(adapter, {
    controllers: [Api],
    options: { lateRequests: 'refuse', retryAfter: '7s', health: true },
    prepare,
    nest,
  });
}

/** As the application itself writes it. */
const ORIGINS: [string, unknown][] = [
  ['a text', SHOP],
  ['a list', [/nowhere/, SHOP]],
  ['an expression', /^http:\/\/shop\./],
  ['all', true],
  [
    'a function',
    (origin: string, callback: (error: null, allowed: boolean) => void) => callback(null, origin === SHOP),
  ],
  [
    'a slow function',
    (_origin: string, callback: (error: null, allowed: boolean) => void) => {
      setImmediate(() => callback(null, true));
    },
  ],
];

type OriginOption = (origin: string | undefined, callback: (error: null, allowed: boolean) => void) => void;

function noDatabase(): never {
  throw new Error('no database');
}

/** The request that is held comes from no page. */
function unlessHeld(fail: () => unknown): OriginOption {
  return (origin, callback) => (origin === undefined ? callback(null, true) : fail());
}

describe.each(ADAPTERS)('CORS of a refused request (%s)', (adapter) => {
  it.each(ORIGINS)('is that of enableCors(), with Retry-After to be read: %s', async (_kind, origin) => {
    const world = await start(adapter, (app) => app.enableCors(options(origin)));
    const served = headersOf(await ask(world.url, { path: '/fast', headers: { Origin: SHOP } }));
    await whileRefusing(world, async () => {
      const refused = await ask(world.url, { path: '/fast', headers: { Origin: SHOP } });
      expect(refused.status).toBe(503);
      expect(headersOf(refused)).toEqual({ ...READABLE, 'retry-after': '7' });
      const { 'access-control-expose-headers': exposed, ...others } = served;
      expect([exposed, headersOf(refused)]).toMatchObject(['X-Total', others]);
    });
  });

  it('is that of create(…, { cors }), and of a function for each request', async () => {
    const cors = (request: IncomingMessage, callback: (error: null, options: object) => void): void =>
      callback(null, options(request.url === '/fast' ? SHOP : false));
    const world = await start(adapter, () => undefined, { cors });
    await whileRefusing(world, async () => {
      const [allowed, other] = [
        await ask(world.url, { path: '/fast', headers: { Origin: SHOP } }),
        await ask(world.url, { path: '/other', headers: { Origin: SHOP } }),
      ];
      expect([allowed, other].map(headersOf)).toEqual([{ ...READABLE, 'retry-after': '7' }, { 'retry-after': '7' }]);
    });
  });

  it.each<[string, OriginOption]>([
    ['throws', unlessHeld(() => noDatabase())],
    ['rejects', unlessHeld(async () => noDatabase())],
  ])('is left out, and said once, where a function of the options %s', async (_how, origin) => {
    const world = await start(adapter, (app) => app.enableCors({ origin }));
    await whileRefusing(world, async () => {
      for (let time = 0; time < 2; time += 1) {
        const refused = await ask(world.url, { path: '/fast', headers: { Origin: SHOP } });
        expect([refused.status, headersOf(refused)]).toEqual([503, { 'retry-after': '7' }]);
      }
    });
    expect(world.logger.texts('warn').filter((text) => text.includes('no database'))).toHaveLength(1);
  });

  it('asks the application before the request, as ever, and learns from its answer', async () => {
    const world = await start(adapter, (app) => byHand(adapter, app));
    await whileRefusing(world, async () => {
      const unknown = await ask(world.url, { path: '/fast', headers: { Origin: 'http://elsewhere.test' } });
      const preflight = await ask(world.url, {
        method: 'OPTIONS',
        path: '/fast',
        headers: { Origin: SHOP, 'Access-Control-Request-Method': 'GET' },
      });
      const refused = await ask(world.url, { path: '/fast', headers: { Origin: SHOP } });
      expect([unknown.status, preflight.status, refused.status]).toEqual([503, 204, 503]);
      expect(headersOf(unknown)).toEqual({ 'retry-after': '7' });
      expect(headersOf(refused)).toMatchObject({
        'access-control-allow-origin': SHOP,
        'access-control-expose-headers': 'Retry-After',
        'retry-after': '7',
      });
    });
  });

  it('is on the ready-made probes as on any route', async () => {
    const world = await start(adapter, (app) => app.enableCors(options(SHOP)));
    const probe = await ask(world.url, { path: '/health/ready', headers: { Origin: SHOP } });
    expect([probe.status, headersOf(probe)]).toMatchObject([200, { 'access-control-allow-origin': SHOP }]);
  });

  it('is on the 503 of a request that was cut', async () => {
    slow = new Gate();
    const world = await startHttpApp(adapter, {
      controllers: [Api],
      options: { drainTimeout: '50ms' },
      prepare: (app) => app.enableCors(options(SHOP)),
    });
    const cut = ask(world.url, { path: '/slow', headers: { Origin: SHOP } });
    await slow.reached();
    await world.app.close();
    slow.open();
    const answer = await cut;
    expect([answer.status, headersOf(answer)]).toMatchObject([503, { 'access-control-allow-origin': SHOP }]);
  });
});

/** CORS without enableCors(). */
function byHand(adapter: Adapter, app: INestApplication): void {
  const isPreflight = (request: IncomingMessage): boolean => request.method === 'OPTIONS';
  const allow = { 'access-control-allow-origin': SHOP, vary: 'Origin' };
  if (adapter === 'fastify') {
    const fastify = (app.getHttpAdapter() as FastifyAdapter).getInstance();
    fastify.addHook('onRequest', async (request, reply) => {
      if (request.headers.origin === SHOP) reply.headers(allow);
      if (isPreflight(request.raw)) await reply.code(204).send();
    });
    return;
  }
  app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (request.headers.origin === SHOP) response.setHeaders(new Map(Object.entries(allow)));
    if (isPreflight(request)) response.writeHead(204).end();
    else next();
  });
}

it('leaves an OPTIONS request that is no preflight refused', async () => {
  @Controller('own')
  class OwnOptions {
    @Options()
    own(): string {
      return 'own';
    }
  }
  slow = new Gate();
  const world = await startHttpApp('express', { controllers: [Api, OwnOptions], options: { lateRequests: 'refuse' } });
  await whileRefusing(world, async () => {
    expect(await ask(world.url, { method: 'OPTIONS', path: '/own' })).toMatchObject({ status: 503 });
  });
});
