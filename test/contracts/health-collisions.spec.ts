import {
  Controller,
  Get,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  RequestMethod,
  type Type,
  Version,
  VersioningType,
} from '@nestjs/common';
import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import { type Adapter, ADAPTERS, ask, type HttpApp, startHttpApp } from '../support/http-app.js';

@Controller('health')
class OwnHealth {
  @Get('ready')
  ready(): string {
    return 'checked the database';
  }
}

@Controller('health')
class AnyHealth {
  @Get(':kind')
  check(): string {
    return 'any';
  }
}

@Controller({ path: 'health' })
class VersionedHealth {
  @Version('2')
  @Get('ready')
  ready(): string {
    return 'version 2';
  }
}

/** Middleware for a method, which Express registers as a route. */
function withMiddleware(path: string, seen: string[]): Type<unknown> {
  @Module({})
  class WithMiddleware implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      const note = ({ originalUrl }: { originalUrl: string }, _response: unknown, next: () => void): void => {
        seen.push(originalUrl);
        next();
      };
      consumer.apply(note).forRoutes({ path, method: RequestMethod.ALL }, { path, method: RequestMethod.GET });
    }
  }
  return WithMiddleware;
}

interface Parts {
  readonly controllers: Type<unknown>[];
  readonly imports?: Type<unknown>[];
  readonly prepare?: (app: INestApplication) => void;
  readonly health?: GracefulShutdownOptions['health'];
}

function start(adapter: Adapter, { prepare = () => undefined, health = true, ...parts }: Parts): Promise<HttpApp> {
  return startHttpApp(adapter, {
    options: { health },
    ...parts,
    prepare: (app) => {
      prepare(app);
      // Else a reminder of it is among the warnings of a test that takes its time.
      app.enableShutdownHooks();
    },
  });
}

function said({ logger }: HttpApp): string[] {
  return [...logger.texts('warn'), ...logger.texts('log')].filter((text) => text.startsWith('GET /health'));
}

async function bodyAt(url: string, path: string, headers: Record<string, string> = {}): Promise<string> {
  return (await ask(url, { path, headers })).body;
}

const PROBE = expect.stringMatching(/^{"status":"ok"/) as string;

describe.each(ADAPTERS)('a route of the application at the path of a ready-made probe (%s)', (adapter) => {
  it('answers, and the boot says so, and what that means', async () => {
    const world = await start(adapter, { controllers: [OwnHealth] });
    expect(await bodyAt(world.url, '/health/ready')).toBe('checked the database');
    expect(await bodyAt(world.url, '/health/live')).toEqual(PROBE);
    expect(said(world)).toEqual([
      'GET /health/ready is answered by the route GET /health/ready of this application, so the ready-made probe ' +
        '(option health) is not served there. That route knows of a shutdown only if it asks ' +
        "ReadinessHealthIndicator.isAcceptingTraffic(). To have both, type health: { path: '/probes' }.",
    ]);
    expect(world.logger.texts('warn')).toHaveLength(1);
  });

  it('leaves to the probe the requests that are for another version', async () => {
    const world = await start(adapter, {
      controllers: [VersionedHealth],
      prepare: (app) => void app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
    });
    expect(await bodyAt(world.url, '/health/ready', { 'x-version': '2' })).toBe('version 2');
    expect(await bodyAt(world.url, '/health/ready')).toEqual(PROBE);
  });

  it.each<[string, Parts]>([
    ['with a global prefix', { controllers: [OwnHealth], prepare: (app) => void app.setGlobalPrefix('api') }],
    ['in another version', { controllers: [VersionedHealth], prepare: (app) => void app.enableVersioning() }],
    ['of probes elsewhere', { controllers: [OwnHealth], health: { path: '/probes' } }],
  ])('collides with nothing %s', async (_title, parts) => {
    const world = await start(adapter, parts);
    expect(await bodyAt(world.url, parts.health === undefined ? '/health/ready' : '/probes/ready')).toEqual(PROBE);
    expect(said(world)).toEqual([]);
  });

  it('is found with a global prefix that leaves it out', async () => {
    const world = await start(adapter, {
      controllers: [OwnHealth],
      prepare: (app) => void app.setGlobalPrefix('api', { exclude: ['health/ready'] }),
    });
    expect(await bodyAt(world.url, '/health/ready')).toBe('checked the database');
    expect(said(world)).toHaveLength(1);
  });

  it('comes second when it is any path with a parameter, and the boot says so', async () => {
    const world = await start(adapter, { controllers: [AnyHealth] });
    expect(await bodyAt(world.url, '/health/ready')).toEqual(PROBE);
    expect(await bodyAt(world.url, '/health/other')).toBe('any');
    expect(world.logger.texts('warn').filter((text) => text.startsWith('GET /health'))).toEqual(
      ['live', 'ready', 'startup'].map(
        (name) =>
          `GET /health/${name} is answered by the ready-made probe (option health), and not by the route GET ` +
          '/health/:kind of this application. To give it back to that route, serve the probes elsewhere: type ' +
          "health: { path: '/probes' }.",
      ),
    );
  });

  it('is found where it was registered by hand, with the framework', async () => {
    const world = await start(adapter, {
      controllers: [],
      prepare: (app) => {
        app.getHttpAdapter().get('/health/ready', (_request: unknown, response: { send(body: string): void }) => {
          response.send('by hand');
        });
      },
    });
    expect(await bodyAt(world.url, '/health/ready')).toBe('by hand');
    expect(said(world)).toHaveLength(1);
  });

  it('is not what middleware is that is bound to a method', async () => {
    const seen: string[] = [];
    const world = await start(adapter, { controllers: [AnyHealth], imports: [withMiddleware('{*splat}', seen)] });
    expect(await bodyAt(world.url, '/health/other')).toBe('any');
    expect(seen).toContain('/health/other');
    expect(await bodyAt(world.url, '/health/ready')).toEqual(PROBE);
    expect(said(world).filter((text) => !text.includes('GET /health/:kind'))).toEqual([]);
  });

  it('is not what middleware for that very path is, and the middleware runs ahead of the probe', async () => {
    const seen: string[] = [];
    const world = await start(adapter, { controllers: [], imports: [withMiddleware('health/ready', seen)] });
    expect(await bodyAt(world.url, '/health/ready')).toEqual(PROBE);
    expect(seen).toContain('/health/ready');
    expect(said(world)).toEqual([]);
  });
});
