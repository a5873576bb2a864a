import { Controller, Get, type INestApplication, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  type CheckAnswer,
  GracefulShutdown,
  NotProductionReadyError,
  ProductionCheck,
  ProductionReadiness,
  type ProductionReadinessCheck,
  type ProductionReadinessOptions,
  ReadinessHealthIndicator,
} from 'nestjs-lifecycle';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { type Adapter, ADAPTERS, createHttpApp, type HttpAppParts } from '../support/http-app.js';
import { setVariables } from '../support/variables.js';

/** Nothing of the machine: neither its secrets nor its databases. */
const ONLY = ['secrets', 'debug', 'databases', 'schema', 'cors', 'shutdownHooks', 'probes'] as const;
type Check = (typeof ONLY)[number];

function only(...names: readonly Check[]): ProductionReadinessOptions {
  return { checks: Object.fromEntries(ONLY.map((name) => [name, names.includes(name) ? 'refuse' : 'off'])) };
}

let undo: () => void = () => undefined;

function inPlace(place: string, variables: Readonly<Record<string, string>> = {}): void {
  undo = setVariables({ NODE_ENV: place, KUBERNETES_SERVICE_HOST: undefined, ...variables });
}

beforeEach(() => inPlace('production'));
afterEach(() => undo());

type Start = HttpAppParts & { readonly main?: (app: INestApplication) => unknown };

/** The ids of the problems with which it does not start, or nothing. */
async function refused(adapter: Adapter, { main, options, ...parts }: Start): Promise<string[]> {
  const { app } = await createHttpApp(adapter, { ...parts, options: { lingerOnClose: false, ...options } });
  await main?.(app);
  const error: unknown = await app.listen(0, '127.0.0.1').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return [];
  expect(error).toBeInstanceOf(NotProductionReadyError);
  return (error as NotProductionReadyError).result.problems.map(({ id }) => id);
}

function slowly(_origin: unknown, done: (error: null, isAllowed: boolean) => void): void {
  setImmediate(() => done(null, true));
}

const initialised: string[] = [];

@Injectable()
class Consumer implements OnModuleInit {
  onModuleInit(): void {
    initialised.push('consumer');
  }
}

@Controller('orders')
class Orders {
  @Get()
  list(): string {
    return 'none';
  }
}

@Controller('internal/healthz')
class Health {
  @Get()
  ready(): string {
    return 'up';
  }
}

@Injectable()
class OwnProbe {
  constructor(readonly readiness: ReadinessHealthIndicator) {}
}

describe.each(ADAPTERS)('a service that is checked before it starts (%s)', (adapter) => {
  const cors = { productionReadiness: only('cors') };
  const starting = (main: Start['main']): Promise<string[]> =>
    refused(adapter, { options: cors, ...(main && { main }) });

  it.each<[string, Parameters<INestApplication['enableCors']>[0]]>([
    ['no origin, which is every one', { credentials: true }],
    ['the origin that asks', { origin: true, credentials: true }],
    ['all, by a slow function', { origin: slowly, credentials: true }],
  ])('is refused with credentials for %s', async (_what, options) => {
    expect(await starting((app) => app.enableCors(options))).toEqual(['cors']);
  });

  it.each<[string, Parameters<INestApplication['enableCors']>[0]]>([
    ['every origin, without credentials', { origin: '*' }],
    ['credentials for some', { origin: ['https://shop.test', /\.shop\.test$/], credentials: true }],
  ])('starts with %s', async (_what, options) => {
    expect(await starting((app) => app.enableCors(options))).toEqual([]);
  });

  it('is refused where a function of CORS throws, and says so', async () => {
    const origin = (): never => {
      throw new Error('no such table');
    };
    expect(await starting((app) => app.enableCors({ origin, credentials: true }))).toEqual(['cors']);
  });

  it('sees CORS of NestFactory.create, and that of a service with enabled: false', async () => {
    const nest = { cors: { origin: true, credentials: true } };
    expect(await refused(adapter, { options: { ...cors, enabled: false }, nest })).toEqual(['cors']);
  });

  it('is refused without enableShutdownHooks()', async () => {
    const options = { productionReadiness: only('shutdownHooks') };
    expect(await refused(adapter, { options })).toEqual(['shutdownHooks']);
    expect(await refused(adapter, { options, main: (app) => app.enableShutdownHooks() })).toEqual([]);
  });

  it('is refused where no probe can ask for readiness', async () => {
    const options = { productionReadiness: only('probes') };
    const controllers = [Orders];
    expect(await refused(adapter, { options, controllers })).toEqual(['probes']);
    expect(await refused(adapter, { options: { ...options, health: true }, controllers })).toEqual([]);
    expect(await refused(adapter, { options: { ...options, probePort: 0 }, controllers })).toEqual([]);
    expect(await refused(adapter, { options, controllers: [Health] })).toEqual([]);
    expect(await refused(adapter, { options, controllers, providers: [OwnProbe] })).toEqual([]);
    const main = (app: INestApplication): unknown =>
      app
        .getHttpAdapter()
        .get('/readyz', (_request: unknown, response: { send(text: string): void }) => response.send('up'));
    expect(await refused(adapter, { options, controllers, main })).toEqual([]);
  });

  it('is refused with databases on this machine, and with clients that change tables', async () => {
    inPlace('production', { ORDERS_DATABASE_URL: 'postgres://u:p@localhost/o' });
    const source = new DataSource({ type: 'postgres', host: 'db.internal', synchronize: true });
    const providers = [
      { provide: 'POOL', useFactory: () => new Pool({ host: '127.0.0.1' }) },
      { provide: DataSource, useValue: source },
    ];
    // Also those that the application closes itself.
    const options = { productionReadiness: only('databases', 'schema'), resources: false };
    const found = await refused(adapter, { options, providers });
    expect(found).toEqual(expect.arrayContaining(['databases:ORDERS_DATABASE_URL', 'databases:pg Pool POOL']));
    expect(found).toContain('schema:TypeORM DataSource DataSource');
    expect(found.some((id) => id.startsWith('databases:TypeORM'))).toBe(false);
  });

  it('begins nothing when it is refused, and can be closed', async () => {
    initialised.length = 0;
    const { app, shutdown } = await createHttpApp(adapter, {
      options: { productionReadiness: only('shutdownHooks'), lingerOnClose: false },
      providers: [Consumer],
    });
    const listeners = process.listenerCount('SIGTERM');
    await expect(app.listen(0, '127.0.0.1')).rejects.toThrow(/^The service does not start in production: 1 problem/);
    expect(initialised).toEqual([]);
    expect(process.listenerCount('SIGTERM')).toBe(listeners - 1);
    expect(shutdown.productionReadiness.result?.status).toBe('not-ready');
    await app.close();
  });

  it('warns and starts elsewhere, and has the result as data', async () => {
    inPlace('development');
    const { app, logger } = await createHttpApp(adapter, {
      options: { productionReadiness: { ...only('shutdownHooks'), secrets: ['PAYMENTS_KEY'] } },
    });
    await app.listen(0, '127.0.0.1');
    expect(logger.texts('warn')).toContainEqual(
      expect.stringMatching(/^configuration: shutdownHooks: app\.enableShutdown/),
    );
    expect(app.get(ProductionReadiness).result).toMatchObject({
      status: 'not-ready',
      isProduction: false,
      problems: [{ id: 'shutdownHooks', check: 'shutdownHooks', level: 'refuse' }],
    });
    expect(app.get(GracefulShutdown).productionReadiness.result).toBe(app.get(ProductionReadiness).result);
  });

  it('takes a pod for production, unless NODE_ENV says that it is none', async () => {
    for (const [place, ids] of [
      ['', ['shutdownHooks']],
      ['staging', ['shutdownHooks']],
      ['development', []],
      ['test', []],
    ] as const) {
      undo();
      inPlace(place, { KUBERNETES_SERVICE_HOST: '10.0.0.1' });
      expect(await refused(adapter, { options: { productionReadiness: only('shutdownHooks') } })).toEqual(ids);
    }
  });

  it('looks at nothing by default', async () => {
    inPlace('production', { JWT_SECRET: 'secret', DATABASE_URL: 'postgres://localhost/x' });
    const { app, logger } = await createHttpApp(adapter, { options: { lingerOnClose: false } });
    app.enableCors({ origin: true, credentials: true });
    await app.listen(0, '127.0.0.1');
    expect(logger.lines.filter(({ message }) => String(message).includes('configuration'))).toEqual([]);
    expect(app.get(ProductionReadiness).result).toBeUndefined();
  });

  it('can be switched on by a variable', async () => {
    inPlace('production', { SHUTDOWN_PRODUCTION_READINESS: 'true' });
    expect(await refused(adapter, {})).toContain('shutdownHooks');
  });
});

@Injectable()
@ProductionCheck({ name: 'mail', timeout: '1s' })
class MailCheck implements ProductionReadinessCheck {
  async check(): Promise<CheckAnswer> {
    return { about: 'SANDBOX', message: 'the sandbox is on', remedy: 'Type MAIL_SANDBOX=false.' };
  }
}

@Injectable()
@ProductionCheck()
class LicenceCheck implements ProductionReadinessCheck {
  check(): CheckAnswer {
    throw new Error('no licence');
  }
}

@Injectable()
class Stock {
  constructor(readiness: ProductionReadiness) {
    readiness.add('stock', ({ isProduction, variable }) =>
      isProduction ? `${variable('NODE_ENV')} has no stock` : [],
    );
  }
}

describe('checks of the application', () => {
  const productionReadiness = only();

  it('are injectables with a decorator, or added; each problem is named', async () => {
    const providers = [MailCheck, LicenceCheck, Stock];
    const found = await refused('express', { options: { productionReadiness }, providers });
    expect(found).toEqual(['stock', 'mail:SANDBOX', 'LicenceCheck']);
    const accept = { 'mail:SANDBOX': 'until the contract is signed', stock: 'a test', LicenceCheck: 'another' };
    expect(
      await refused('express', { options: { productionReadiness: { ...productionReadiness, accept } }, providers }),
    ).toEqual([]);
  });

  it('without a method check() are a mistake of the code, everywhere', async () => {
    const { app } = await createHttpApp('express', {
      options: { lingerOnClose: false },
      providers: [Reflect.decorate([ProductionCheck('empty')] as ClassDecorator[], class Empty {}) as never],
    });
    await expect(app.listen(0, '127.0.0.1')).rejects.toThrow(
      'empty is marked with @ProductionCheck() but has no method check()',
    );
  });
});

describe('@fastify/cors that is registered by hand', () => {
  it('is seen', async () => {
    const { default: fastifyCors } = await import('@fastify/cors');
    const main = (app: INestApplication): unknown =>
      (app.getHttpAdapter() as FastifyAdapter).register(fastifyCors as never, { origin: true, credentials: true });
    expect(await refused('fastify', { options: { productionReadiness: only('cors') }, main })).toEqual(['cors']);
  });
});
