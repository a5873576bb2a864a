import {
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Next,
  RequestMethod,
  VersioningType,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { InFlightInterceptor } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, type HttpApp, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import {
  BelowController,
  HostedController,
  RoutesController,
  ScopedController,
  VersionedController,
  wildcardController,
} from '../support/route-kinds.js';

interface World extends HttpApp {
  readonly gate: Gate;
  /** Paths that the middleware of `POST /created` has seen. */
  readonly seen: string[];
}

/** Two routes of the same path need some kind of version. */
function useHeader(app: INestApplication): void {
  app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' });
}

function useInterceptor(app: INestApplication): void {
  useHeader(app);
  app.useGlobalInterceptors(app.get(InFlightInterceptor));
}

async function startWorld(adapter: Adapter, prepare: (app: INestApplication) => void = useHeader): Promise<World> {
  const gate = new Gate();
  const seen: string[] = [];
  const provider = { provide: Gate, useValue: gate };
  @Module({ controllers: [BelowController], providers: [provider] })
  class BelowModule {}
  @Module({})
  class MiddlewareModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer
        .apply(({ originalUrl = '' }: { originalUrl?: string }, _response: unknown, next: () => void) => {
          seen.push(originalUrl);
          next();
        })
        .forRoutes({ path: 'created', method: RequestMethod.POST }, { path: 'all', method: RequestMethod.GET });
    }
  }
  const routes: DynamicModule = RouterModule.register([{ path: 'above', module: BelowModule }]);
  const world = await startHttpApp(adapter, {
    imports: [BelowModule, MiddlewareModule, routes],
    controllers: [
      RoutesController,
      ScopedController,
      VersionedController,
      HostedController,
      wildcardController(adapter),
    ],
    providers: [provider, InFlightInterceptor],
    prepare,
  });
  return { ...world, gate, seen };
}

interface Route {
  readonly name: string;
  readonly request: readonly [method: string, path: string, ...headers: string[]];
  readonly answer: RegExp;
  readonly prepare?: (app: INestApplication) => void;
}

const ROUTES: readonly Route[] = [
  { name: '@All()', request: ['PATCH', '/all'], answer: /200 [^]*all$/ },
  { name: 'a list of paths', request: ['GET', '/other'], answer: /200 [^]*several$/ },
  { name: 'a wildcard', request: ['GET', '/files/a/b'], answer: /200 [^]*wildcard$/ },
  { name: '@Res({ passthrough })', request: ['GET', '/passthrough'], answer: /202 [^]*passed through$/ },
  { name: '@Redirect()', request: ['GET', '/redirected'], answer: /30\d [^]*location: \/there/i },
  { name: 'an exception filter', request: ['GET', '/filtered'], answer: /418 [^]*teapot$/ },
  { name: 'an exception', request: ['GET', '/failing'], answer: /409 / },
  { name: 'an observable', request: ['GET', '/observed'], answer: /200 [^]*observed$/ },
  { name: 'HEAD', request: ['HEAD', '/head'], answer: /204 / },
  { name: 'HEAD for GET', request: ['HEAD', '/one'], answer: /200 / },
  { name: 'POST', request: ['POST', '/created', 'Content-Length: 0'], answer: /201 [^]*created$/ },
  { name: 'a request-scoped controller', request: ['GET', '/scoped'], answer: /200 [^]*scoped$/ },
  { name: 'RouterModule', request: ['GET', '/above/below'], answer: /200 [^]*below$/ },
  { name: 'a controller of a host', request: ['GET', '/hosted', 'X-Host: a'], answer: /200 [^]*hosted$/ },
  { name: '@UseInterceptors(InFlightInterceptor)', request: ['GET', '/intercepted'], answer: /200 / },
  { name: 'the same, request-scoped', request: ['GET', '/scoped/intercepted'], answer: /200 / },
  {
    name: 'useGlobalInterceptors(InFlightInterceptor)',
    request: ['GET', '/one'],
    answer: /200 /,
    prepare: useInterceptor,
  },
  {
    name: 'the same, request-scoped',
    request: ['GET', '/scoped'],
    answer: /200 /,
    prepare: useInterceptor,
  },
  {
    name: 'the first version, by path',
    request: ['GET', '/v1/versioned'],
    answer: /200 [^]*first$/,
    prepare: (app) => void app.enableVersioning({ type: VersioningType.URI }),
  },
  ...['1', '2'].map((version) => ({
    name: `version ${version}, by header`,
    request: ['GET', '/versioned', `X-Version: ${version}`] as const,
    answer: version === '1' ? /200 [^]*first$/ : /200 [^]*second$/,
  })),
  ...['1', '2'].map((version) => ({
    name: `version ${version}, by media type`,
    request: ['GET', '/versioned', `Accept: application/json;v=${version}`] as const,
    answer: version === '1' ? /200 [^]*first$/ : /200 [^]*second$/,
    prepare: (app: INestApplication) => void app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' }),
  })),
  ...['1', '2'].map((version) => ({
    name: `version ${version}, by a function`,
    request: ['GET', '/versioned', `X-Version: ${version}`] as const,
    answer: version === '1' ? /200 [^]*first$/ : /200 [^]*second$/,
    prepare: (app: INestApplication) =>
      void app.enableVersioning({
        type: VersioningType.CUSTOM,
        extractor: (request) => (request as { headers: Record<string, string> }).headers['x-version'] ?? '',
      }),
  })),
];

function send(client: RawClient, [method, path, ...headers]: Route['request']): void {
  const isHosted = headers.includes('X-Host: a');
  client.send(`${method} ${path} HTTP/1.1`, `Host: ${isHosted ? 'a.example.com' : 'test'}`, ...headers, '', '');
}

describe.each(ADAPTERS)('the handler of a route (%s)', (adapter) => {
  it.each(ROUTES)('is counted once while it runs, and not after it: $name', async ({ request, answer, prepare }) => {
    const { shutdown, gate, url } = await startWorld(adapter, prepare);
    const client = await RawClient.connect(url);
    send(client, request);
    await gate.reached();
    await turns();
    expect(shutdown.inFlight()).toMatchObject({ total: 1, responses: 1, handlers: 1 });
    gate.open();
    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP/);
    await client.until(answer);
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
    expect(shutdown.inFlight()).toMatchObject({ total: 0, responses: 0, handlers: 0 });
  });

  // Nest itself leaves an observable whose client has gone.
  it.each(ROUTES.filter(({ name }) => name !== 'an observable'))(
    'is waited for when its client has gone: $name',
    async ({ request, prepare }) => {
      const { app, shutdown, gate, url } = await startWorld(adapter, prepare);
      const client = await RawClient.connect(url);
      send(client, request);
      await gate.reached();
      client.abort();
      await until('the response is gone', () => shutdown.inFlight().responses === 0);
      expect(shutdown.inFlight()).toMatchObject({ total: 1, handlers: 1 });
      const closing = app.close();
      const state = watch(closing);
      await until('it drains', () => shutdown.phase === 'draining');
      await turns();
      expect(state.isSettled).toBe(false);
      gate.open();
      await closing;
      expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, interrupted: [] } });
    },
  );

  it('has its middleware, bound to path and method, and no other has', async () => {
    const { gate, seen, url } = await startWorld(adapter);
    gate.open();
    for (const [method, path] of [
      ['POST', '/created'],
      ['GET', '/created'],
      ['GET', '/all'],
      ['PUT', '/all'],
    ] as const) {
      const client = await RawClient.connect(url);
      client.ask(method, path, 'Content-Length: 0');
      await client.until(/\r\n\r\n/);
    }
    expect(seen).toEqual(['/created', '/all']);
  });
});

describe('routes with options of their adapter', () => {
  it('keep them (fastify)', async () => {
    const { shutdown, gate, url } = await startWorld('fastify');
    const client = await RawClient.connect(url);
    client.send('GET /constrained HTTP/1.1', 'Host: constrained.example.com', '', '');
    await gate.reached();
    expect(shutdown.inFlight()).toMatchObject({ total: 1, responses: 1, handlers: 1 });
    gate.open();
    await client.until(/200 [^]*\na$/);
  });

  it('may hand a request on, and both handlers are one request (express)', async () => {
    const gate = new Gate();
    @Controller('handed')
    class HandingController {
      @Get()
      async hand(@Next() next: () => void): Promise<void> {
        next();
        await gate.pass();
      }

      @Get()
      async take(): Promise<string> {
        await gate.pass();
        return 'taken';
      }
    }
    const { shutdown, url } = await startHttpApp('express', { controllers: [HandingController] });
    const client = await RawClient.connect(url);
    client.ask('GET', '/handed');
    await gate.reached(2);
    expect(shutdown.inFlight()).toMatchObject({ total: 1, responses: 1, handlers: 1 });
    client.abort();
    await until('the response is gone', () => shutdown.inFlight().responses === 0);
    expect(shutdown.inFlight()).toMatchObject({ total: 1, handlers: 1 });
    gate.open();
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
  });
});
