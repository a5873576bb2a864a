import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Inject, Param, Req, type Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type Adapter, type HttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';
import { sendRaw, spellingsOf } from '../support/path-spellings.js';

const PATHS = ['/admin/task', '/admin/deep/kiosk', '/metrics', '/status', '/admin/users', '/admin/users/task'];
const options = {
  exempt: ['/admin/*', '/status', '!/admin/task', '!/Admin/Deep/*', '!/metrics'],
};

/** What became of a request. */
interface Seen {
  readonly target: string;
  countedAtArrival?: boolean;
  /** Set when it came to a route. */
  countedAtRoute?: boolean;
  /** Whether its route was taken out, or does the work of one that was. */
  isTakenOut?: boolean;
}

/** Keeps what becomes of requests, by the id that they carry. */
class Witness {
  readonly seen: Seen[] = [];
  isCounted: (id: string) => boolean = () => false;

  of(request: { readonly headers: IncomingMessage['headers'] }): Seen | undefined {
    return this.seen[Number(request.headers['x-request-id'])];
  }

  arrived(request: IncomingMessage): void {
    const seen = this.of(request);
    if (seen !== undefined) seen.countedAtArrival = this.isCounted(String(request.headers['x-request-id']));
  }

  routed(request: IncomingMessage, { isTakenOut }: { readonly isTakenOut: boolean }): string {
    const seen = this.of(request);
    if (seen === undefined) return 'unknown';
    seen.isTakenOut = isTakenOut;
    seen.countedAtRoute = this.isCounted(String(request.headers['x-request-id']));
    return 'served';
  }
}

const BELOW: Readonly<Record<Adapter, string>> = { express: 'admin/*path', fastify: 'admin/*' };

/** Routes that were taken out, and routes with parameters that do the same work under the same path. */
function controllerFor(adapter: Adapter): Type<unknown> {
  @Controller()
  class Routes {
    constructor(@Inject(Witness) private readonly witness: Witness) {}

    @All(['admin/task', 'admin/deep/kiosk', 'metrics'])
    takenOut(@Req() request: IncomingMessage): string {
      return this.witness.routed(request, { isTakenOut: true });
    }

    @All('admin/deep/:what')
    deep(@Req() request: IncomingMessage): string {
      return this.witness.routed(request, { isTakenOut: true });
    }

    @All('admin/:what')
    one(@Req() request: IncomingMessage, @Param('what') what: string): string {
      return this.witness.routed(request, { isTakenOut: what.toLowerCase() === 'task' });
    }

    @All(BELOW[adapter])
    all(@Req() request: IncomingMessage, @Param() params: Record<string, string | string[]>): string {
      const below = Object.values(params).flat().join('/').toLowerCase();
      return this.witness.routed(request, { isTakenOut: below === 'task' || below.startsWith('deep/') });
    }

    @All('status')
    status(@Req() request: IncomingMessage): string {
      return this.witness.routed(request, { isTakenOut: false });
    }
  }
  return Routes;
}

/** The path as `URL` makes it: decoded, and without dot segments. */
function normalised(url: string): string {
  try {
    return decodeURIComponent(new URL(url, 'http://test').pathname);
  } catch {
    return '/nowhere';
  }
}

const tolerant = {
  caseSensitive: false,
  ignoreTrailingSlash: true,
  ignoreDuplicateSlashes: true,
  // Of find-my-way; Fastify's types leave it out.
  useSemicolonDelimiter: true,
};

/** Frameworks as they are, with every option that changes what they match, and behind code that rewrites paths. */
const ROUTERS: readonly (readonly [string, Adapter, () => HttpAppParts])[] = [
  ['Express as it is', 'express', () => ({})],
  [
    'Express that is strict',
    'express',
    () => ({
      prepare: (app) => {
        for (const setting of ['case sensitive routing', 'strict routing']) {
          (app as NestExpressApplication).set(setting, true);
        }
      },
    }),
  ],
  ['Fastify as it is', 'fastify', () => ({})],
  ['Fastify that is tolerant', 'fastify', () => ({ httpAdapter: new FastifyAdapter({ routerOptions: tolerant }) })],
  [
    'Express behind a rewrite',
    'express',
    () => ({
      prepare: (app) =>
        app.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
          request.url = normalised(request.url ?? '');
          next();
        }),
    }),
  ],
  [
    'Fastify behind a rewrite',
    'fastify',
    () => ({ httpAdapter: new FastifyAdapter({ rewriteUrl: ({ url = '' }) => normalised(url) }) }),
  ],
];

async function start(adapter: Adapter, parts: HttpAppParts): Promise<HttpApp & { readonly witness: Witness }> {
  const witness = new Witness();
  const world = await startHttpApp(adapter, {
    ...parts,
    options,
    controllers: [controllerFor(adapter)],
    providers: [{ provide: Witness, useValue: witness }],
  });
  witness.isCounted = (id) => world.shutdown.inFlight().items.some(({ correlationId }) => correlationId === id);
  // Behind our own listener, before the framework's.
  const [own, ...others] = world.server.listeners('request') as ((...args: unknown[]) => void)[];
  world.server.removeAllListeners('request');
  const arrived = (request: IncomingMessage): void => witness.arrived(request);
  for (const listener of [own, arrived as (...args: unknown[]) => void, ...others]) {
    if (listener !== undefined) world.server.on('request', listener);
  }
  return { ...world, witness };
}

/** A few at a time. */
async function sendAll(world: HttpApp & { readonly witness: Witness }, targets: readonly string[]): Promise<void> {
  world.witness.seen.push(...targets.map((target) => ({ target })));
  const left = [...targets.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [id, target] = next;
      await sendRaw(world.url, target, `X-Request-Id: ${id}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

const COUNT = 800;

describe.each(ROUTERS)('a route that was taken out with ! (%s)', (name, adapter, parts) => {
  const seed = ROUTERS.findIndex(([other]) => other === name) + 1;

  it('is waited for in every spelling that reaches it, and listed paths are exempt as they are written', async () => {
    const world = await start(adapter, parts());
    await sendAll(world, [...PATHS, ...spellingsOf(PATHS, COUNT, seed)]);
    const { seen } = world.witness;
    const reached = seen.filter(({ isTakenOut }) => isTakenOut === true);
    expect(reached.filter(({ countedAtRoute }) => countedAtRoute !== true).map(({ target }) => target)).toEqual([]);
    // Middleware may have begun to work already; what rewrites a path may make anything of it.
    const isRewritten = name.includes('rewrite');
    const late = reached.filter(({ countedAtArrival }) => countedAtArrival !== true && !isRewritten);
    expect(late.map(({ target }) => target)).toEqual([]);
    // Not by waiting for everything, and not for want of spellings that are understood.
    const isExempt = new Map(seen.map(({ target, countedAtRoute }) => [target, countedAtRoute === false]));
    expect(PATHS.map((path) => isExempt.get(path))).toEqual([false, false, false, true, true, true]);
    expect(new Set(reached.map(({ target }) => target)).size).toBeGreaterThan(COUNT / 20);
  });
});
