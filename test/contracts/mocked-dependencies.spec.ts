import type { Server } from 'node:http';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService, registerAs } from '@nestjs/config';
import { ApplicationConfig, DiscoveryService, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  InvalidOptionsError,
} from 'nestjs-lifecycle';
import { urlOf, ask, closeAfterTest } from '../support/http-app.js';
import { RecordingLogger } from '../support/recording-logger.js';

class Repository {
  readonly find = (): string => 'stored';
}

@Injectable()
class Orders {
  constructor(@Inject(Repository) readonly repository: Repository) {}
}

@Controller()
class OrdersController {
  constructor(@Inject(Orders) private readonly orders: Orders) {}

  @Get()
  find(): string {
    return this.orders.repository.find();
  }
}

@Injectable()
class Account {
  constructor(@Inject(GracefulShutdown) readonly shutdown: GracefulShutdown) {}
}

@Module({
  imports: [GracefulShutdownModule.forRoot()],
  controllers: [OrdersController],
  providers: [Orders, Account],
})
class OrdersModule {}

/** A value every property of which is one more, as auto-mocking libraries make them. */
function endless(): Repository {
  const answer = (): string => 'mocked';
  // A function stands for anything.
  return new Proxy(answer, {
    get: (_target, key) => (key === 'then' ? undefined : key === 'find' ? answer : endless()),
    apply: endless,
  }) as unknown as Repository;
}

const MOCKS: readonly (readonly [string, () => object])[] = [
  ['plain objects', () => ({ find: () => 'mocked' })],
  ['jest.fn()', () => Object.assign(jest.fn(), { find: () => 'mocked' })],
  ['endless proxies', endless],
];

function testing(): TestingModuleBuilder {
  return Test.createTestingModule({ imports: [OrdersModule, ConfigModule.forRoot({ ignoreEnvFile: true })] }).setLogger(
    new RecordingLogger(),
  );
}

/** Serves, answers and stops. */
async function answerOf(module: TestingModule): Promise<string> {
  const app = module.createNestApplication();
  closeAfterTest(app);
  await app.listen(0, '127.0.0.1');
  const { body } = await ask(urlOf(app.getHttpServer() as Server), '/');
  await app.close();
  return body;
}

describe('a testing module that mocks what is missing', () => {
  it.each(MOCKS)('boots, answers and stops with %s', async (_kind, mock) => {
    const module = await testing().useMocker(mock).compile();
    const shutdown = module.get(GracefulShutdown);
    expect(await answerOf(module)).toBe('mocked');
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
  });

  it('asks for no mock of what is ours', async () => {
    const asked: unknown[] = [];
    const mocker = (token?: unknown): unknown => {
      asked.push(token);
      return token === Repository ? new Repository() : undefined;
    };
    expect(await answerOf(await testing().useMocker(mocker).compile())).toBe('stored');
    expect(asked.filter((token) => token !== Repository && token !== 'CONFIGURATION(gracefulShutdown)')).toEqual([]);
  });

  it('is told of a module that was imported without its options', async () => {
    const module = Test.createTestingModule({ imports: [GracefulShutdownModule] }).useMocker(() => ({}));
    await expect(module.compile()).rejects.toThrow('Type imports: [GracefulShutdownModule.forRoot()]');
  });
});

describe('a testing module that replaces', () => {
  const withRepository = (): TestingModuleBuilder => testing().useMocker(() => new Repository());

  it('GracefulShutdown gets what it asks for', async () => {
    const fake = { isShuttingDown: true };
    const module = await withRepository().overrideProvider(GracefulShutdown).useValue(fake).compile();
    expect(module.get(Account).shutdown).toBe(fake);
    expect(await answerOf(module)).toBe('stored');
  });

  it.each<[string, unknown]>([
    ['a ConfigService that answers everything', { get: () => 'anything' }],
    ['a ConfigService without get()', {}],
    ['a ConfigService of endless proxies', endless()],
  ])('%s is served with the defaults', async (_what, config) => {
    const module = await withRepository().overrideProvider(ConfigService).useValue(config).compile();
    expect(await answerOf(module)).toBe('stored');
  });

  it('ConfigModule reads the environment of the process', async () => {
    @Module({})
    class FakeConfigModule {}
    const module = await Test.createTestingModule({ imports: [GracefulShutdownModule.forRoot()] })
      .overrideModule(ConfigModule)
      .useModule(FakeConfigModule)
      .compile();
    expect(module.get(GracefulShutdown).phase).toBe('starting');
    await module.close();
  });

  it.each<[string, unknown, unknown]>([
    ['HttpAdapterHost', HttpAdapterHost, { httpAdapter: { getHttpServer: () => undefined } }],
    ['HttpAdapterHost, endlessly', HttpAdapterHost, endless()],
    ['ApplicationConfig', ApplicationConfig, { getGlobalPrefix: () => '' }],
    ['DiscoveryService', DiscoveryService, { getProviders: () => undefined }],
  ])('%s boots and stops', async (_what, token, value) => {
    const module = await Test.createTestingModule({ imports: [GracefulShutdownModule.forRoot()] })
      .setLogger(new RecordingLogger())
      // Any token that Nest takes.
      .overrideProvider(token as typeof HttpAdapterHost)
      .useValue(value)
      .compile();
    await module.init();
    const shutdown = module.get(GracefulShutdown);
    await module.close();
    expect(shutdown.phase).toBe('stopped');
  });

  it('a namespace of the configuration, still has it read', async () => {
    const namespace = registerAs('gracefulShutdown', () => ({ gracePeriod: '12s' }));
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot({ ignoreEnvFile: true, isGlobal: true, load: [namespace] }),
        GracefulShutdownModule.forRoot(),
      ],
    })
      .setLogger(new RecordingLogger())
      .useMocker(() => ({}))
      .compile();
    expect(module.get(GracefulShutdown).progress().remainingMs).toBeLessThan(12_000);
    await module.close();
  });
});

@Injectable()
class Environment {
  readonly gracePeriod: string = '20s';
  readonly get = (name: string): string | undefined => (name === 'GRACE' ? '20s' : undefined);
}

/** An application whose options come from a provider that the test mocks. */
function withOptionsOf(useFactory: (environment: Environment) => object | undefined): TestingModuleBuilder {
  const options = GracefulShutdownModule.forRootAsync({
    inject: [Environment],
    // Whatever a mock returns comes here.
    useFactory: (environment: Environment) => useFactory(environment) as GracefulShutdownOptions,
  });
  return Test.createTestingModule({ imports: [options] }).setLogger(new RecordingLogger());
}

describe('options whose provider is mocked', () => {
  it.each<[string, (environment: Environment) => object | undefined, unknown]>([
    ['nothing', () => undefined, {}],
    ['an empty object', () => ({}), {}],
    ['fields that the mock leaves undefined', ({ get }) => ({ gracePeriod: get('GRACE') }), { get: () => undefined }],
  ])('are the defaults where they are %s', async (_what, factory, mock) => {
    const module = await withOptionsOf(factory)
      .useMocker(() => mock)
      .compile();
    await module.init();
    expect(module.get(GracefulShutdown).progress().remainingMs).toBeGreaterThan(20_000);
    await module.close();
  });

  it.each<[string, (environment: Environment) => object | undefined, () => object]>([
    ['a mock function', () => jest.fn(), () => ({})],
    ['an endless proxy', (environment) => environment, endless],
    ['a field of an endless proxy', ({ gracePeriod }) => ({ gracePeriod }), endless],
    ['a field that is a mock function', ({ gracePeriod }) => ({ gracePeriod }), () => ({ gracePeriod: jest.fn() })],
  ])('are refused in a sentence where they are %s', async (_what, factory, mock) => {
    const compiling = withOptionsOf(factory).useMocker(mock).compile();
    await expect(compiling).rejects.toThrow(InvalidOptionsError);
  });
});

describe('a ModulesContainer that is mocked', () => {
  it.each<[string, () => unknown]>([
    ['nothing in it', () => new Map()],
    ['endless proxies', endless],
  ])('boots and stops with %s', async (_what, mock) => {
    const module = await Test.createTestingModule({ imports: [GracefulShutdownModule.forRoot()] })
      .setLogger(new RecordingLogger())
      .overrideProvider(ModulesContainer)
      .useValue(mock())
      .compile();
    await module.init();
    const shutdown = module.get(GracefulShutdown);
    await module.close();
    expect(shutdown.phase).toBe('stopped');
  });
});
