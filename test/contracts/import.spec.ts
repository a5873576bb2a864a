import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { ConfigModule, registerAs } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  type GracefulShutdownOptionsFactory,
  InvalidOptionsError,
  LifecycleError,
} from 'nestjs-lifecycle';
import { closeAfterTest } from '../support/http-app.js';
import { RecordingLogger } from '../support/recording-logger.js';

async function boot(imports: NonNullable<ModuleMetadata['imports']>): Promise<GracefulShutdown> {
  @Module({ imports })
  class Root {}
  const app = await NestFactory.createApplicationContext(Root, { logger: new RecordingLogger(), abortOnError: false });
  closeAfterTest(app);
  return app.get(GracefulShutdown);
}

/** Ends as the error that the boot fails with. */
function bootError(imports: NonNullable<ModuleMetadata['imports']>): Promise<unknown> {
  return boot(imports).then(
    () => 'booted',
    (error: unknown) => error,
  );
}

/** The budget in seconds: the grace period less a margin of a tenth, 2 s at most. */
async function budgetOf(imports: NonNullable<ModuleMetadata['imports']>): Promise<number> {
  return (await boot(imports)).progress().remainingMs / 1000;
}

function featureWith(module: DynamicModule | typeof GracefulShutdownModule): DynamicModule {
  @Module({})
  class Feature {}
  return { module: Feature, imports: [module] };
}

describe('importing the module', () => {
  it('a second time, in whatever module, fails the boot and says which to keep', async () => {
    const error = await bootError([GracefulShutdownModule.forRoot(), featureWith(GracefulShutdownModule.forRoot())]);
    expect(error).toBeInstanceOf(LifecycleError);
    expect(error).toMatchObject({
      code: 'DUPLICATE_IMPORT',
      message: expect.stringMatching(/imported more than once.*keep the one in the root module/) as string,
    });
  });

  it('a second time as it is, fails the boot as well', async () => {
    const error = await bootError([GracefulShutdownModule.forRoot(), featureWith(GracefulShutdownModule)]);
    expect(error).toMatchObject({ code: 'DUPLICATE_IMPORT' });
  });

  it('as it is, without options, fails the boot and says what to type', async () => {
    const error = await bootError([GracefulShutdownModule]);
    expect(error).toBeInstanceOf(LifecycleError);
    expect(error).toMatchObject({
      code: 'NOT_CONFIGURED',
      message: expect.stringContaining('Type imports: [GracefulShutdownModule.forRoot()].') as string,
    });
  });

  it('as the same object in several modules is one import', async () => {
    const module = GracefulShutdownModule.forRoot({ gracePeriod: '40s' });
    expect(await budgetOf([module, featureWith(module), featureWith(module)])).toBe(38);
  });

  it('is possible again in the next application', async () => {
    await boot([GracefulShutdownModule.forRoot()]);
    expect(await budgetOf([GracefulShutdownModule.forRoot()])).toBe(28);
  });
});

describe('forRootAsync', () => {
  @Injectable()
  class Source implements GracefulShutdownOptionsFactory {
    async createGracefulShutdownOptions(): Promise<GracefulShutdownOptions> {
      return { gracePeriod: '50s' };
    }
  }

  @Module({ providers: [Source], exports: [Source] })
  class SourceModule {}

  it('takes options from useFactory, sync or not', async () => {
    const useFactory = (): GracefulShutdownOptions => ({ gracePeriod: '40s' });
    expect(await budgetOf([GracefulShutdownModule.forRootAsync({ useFactory })])).toBe(38);
    const later = { useFactory: async () => useFactory() };
    expect(await budgetOf([GracefulShutdownModule.forRootAsync(later)])).toBe(38);
  });

  it('injects what useFactory asks for from the modules imported with it', async () => {
    const module = GracefulShutdownModule.forRootAsync({
      imports: [SourceModule],
      inject: [Source],
      useFactory: (source: Source) => source.createGracefulShutdownOptions(),
    });
    expect(await budgetOf([module])).toBe(48);
  });

  it('takes options from useClass and from useExisting', async () => {
    expect(await budgetOf([GracefulShutdownModule.forRootAsync({ useClass: Source })])).toBe(48);
    const module = GracefulShutdownModule.forRootAsync({ imports: [SourceModule], useExisting: Source });
    expect(await budgetOf([module])).toBe(48);
  });

  it('counts as an import like any other', async () => {
    const module = GracefulShutdownModule.forRootAsync({ useClass: Source });
    expect(await bootError([module, GracefulShutdownModule.forRoot()])).toMatchObject({ code: 'DUPLICATE_IMPORT' });
  });

  it('fails the boot with the error of its factory', async () => {
    const useFactory = (): never => {
      throw new Error('the vault is closed');
    };
    expect(await bootError([GracefulShutdownModule.forRootAsync({ useFactory })])).toMatchObject({
      message: 'the vault is closed',
    });
  });
});

describe('options that cannot be used', () => {
  // As plain JavaScript would write them.
  const bad = { gracePeriod: 'soon', lateRequests: 'maybe', drainTimout: '5s' } as unknown as GracefulShutdownOptions;

  it.each([
    ['forRoot', () => GracefulShutdownModule.forRoot(bad)],
    ['forRootAsync', () => GracefulShutdownModule.forRootAsync({ useFactory: () => bad })],
  ])('fail the boot with every problem at once (%s)', async (_name, module) => {
    process.env['SHUTDOWN_PROBE_PORT'] = 'https';
    const error = await bootError([module()]);
    delete process.env['SHUTDOWN_PROBE_PORT'];
    expect(error).toBeInstanceOf(InvalidOptionsError);
    const { problems, message } = error as InvalidOptionsError;
    expect(problems.map(({ source }) => source).toSorted()).toEqual([
      'SHUTDOWN_PROBE_PORT',
      'drainTimout',
      'gracePeriod',
      'lateRequests',
    ]);
    expect(message).toMatch(/received 'soon'; allowed: a duration.* Type gracePeriod: '30s'\./);
    expect(message).toMatch(/received 'https'; allowed: a port.* Type SHUTDOWN_PROBE_PORT=9000\./);
  });

  it('show a budget that does not fit as a sum, and leave no listener behind', async () => {
    const listeners = process.listenerCount('SIGTERM');
    const error = await bootError([GracefulShutdownModule.forRoot({ gracePeriod: '10s', lameDuck: '12s' })]);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /lameDuck 12s \+ .* = .*more than gracePeriod 10s\. Type gracePeriod: '\d+s'/,
      ) as string,
    });
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });
});

describe('options from the environment', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nestjs-lifecycle-'));
  const envFilePath = join(directory, '.env');
  const namespace = registerAs('gracefulShutdown', () => ({ gracePeriod: '60s' }));
  const shutdown = (options?: GracefulShutdownOptions): DynamicModule => GracefulShutdownModule.forRoot(options);
  const withFile = (): Promise<DynamicModule> => ConfigModule.forRoot({ envFilePath });
  const withNamespace = (isGlobal: boolean): Promise<DynamicModule> =>
    ConfigModule.forRoot({ load: [namespace], ignoreEnvFile: true, isGlobal });

  beforeAll(() => writeFileSync(envFilePath, 'SHUTDOWN_GRACE_PERIOD=20\n'));
  afterEach(() => {
    // @nestjs/config puts what it has read there.
    delete process.env['SHUTDOWN_GRACE_PERIOD'];
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('are read from process.env where no ConfigModule is imported', async () => {
    process.env['SHUTDOWN_GRACE_PERIOD'] = '20';
    expect(await budgetOf([shutdown()])).toBe(18);
  });

  it("are read from ConfigModule's .env file, whichever module is imported first", async () => {
    expect(await budgetOf([withFile(), shutdown()])).toBe(18);
    delete process.env['SHUTDOWN_GRACE_PERIOD'];
    expect(await budgetOf([shutdown(), withFile()])).toBe(18);
  });

  it.each([true, false])(
    'are read from the namespace gracefulShutdown, whichever module is imported first (isGlobal: %s)',
    async (isGlobal) => {
      expect(await budgetOf([withNamespace(isGlobal), shutdown()])).toBe(58);
      expect(await budgetOf([shutdown(), withNamespace(isGlobal)])).toBe(58);
    },
  );

  it('give way: explicit options win over the namespace, the namespace over variables', async () => {
    process.env['SHUTDOWN_GRACE_PERIOD'] = '20';
    expect(await budgetOf([withNamespace(true), shutdown()])).toBe(58);
    expect(await budgetOf([withNamespace(true), shutdown({ gracePeriod: '70s' })])).toBe(68);
    expect(await budgetOf([withFile(), shutdown({ gracePeriod: '70s' })])).toBe(68);
  });

  it('name the variable that cannot be used', async () => {
    process.env['SHUTDOWN_GRACE_PERIOD'] = 'a while';
    expect(await bootError([shutdown()])).toMatchObject({ problems: [{ source: 'SHUTDOWN_GRACE_PERIOD' }] });
    const wrong = registerAs('gracefulShutdown', () => ({ gracePeriod: 'a while' }));
    expect(await bootError([shutdown(), ConfigModule.forRoot({ load: [wrong], ignoreEnvFile: true })])).toMatchObject({
      problems: [{ source: 'gracefulShutdown.gracePeriod' }],
    });
  });
});
