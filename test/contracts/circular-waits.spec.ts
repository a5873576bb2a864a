import {
  type INestApplication,
  Injectable,
  Module,
  type OnModuleDestroy,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { NestApplicationContext, NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { startService } from 'nestjs-lifecycle/testing';
import { ADAPTERS, closeAfterTest, createHttpApp, startHttpApp } from '../support/http-app.js';
import { RecordingLogger } from '../support/recording-logger.js';

/** What a hook calls and awaits; set once the application is there. */
type Calls = { closes: () => Promise<unknown> };

const ways = {
  await: async (close: () => Promise<unknown>) => void (await close()),
  return: (close: () => Promise<unknown>) => close(),
  'Promise.all': async (close: () => Promise<unknown>) => void (await Promise.all([Promise.resolve(), close()])),
  'a promise of its own': (close: () => Promise<unknown>) =>
    new Promise((resolve, reject) => void close().then(resolve, reject)),
};

/** A provider whose hook closes what it is told to; `steps` shows what came after. */
function closing(
  name: string,
  steps: string[],
  calls: Calls,
  how: (close: () => Promise<unknown>) => Promise<unknown> = ways.await,
): Type<unknown> {
  @Injectable()
  class Closing {
    @OnGracefulShutdown({ name })
    async close(): Promise<void> {
      await how(() => calls.closes());
      steps.push(name);
    }
  }
  return Closing;
}

describe.each(ADAPTERS)('a hook that awaits what waits for it (%s)', (adapter) => {
  it.each(Object.entries(ways))('app.close(), by %s: it is returned to at once, and told so', async (_name, how) => {
    const steps: string[] = [];
    const calls: Calls = { closes: () => Promise.resolve() };
    const service = await startHttpApp(adapter, { providers: [closing('Pool.close', steps, calls, how)] });
    calls.closes = () => service.app.close();
    await service.app.close();
    expect(steps).toEqual(['Pool.close']);
    expect(service.shutdown.report).toMatchObject({ outcome: 'clean', hooks: [{ result: 'done' }] });
    expect(service.logger.texts('warn').join('\n')).toMatch(
      /Pool\.close awaits app\.close\(\), which waits for Pool\.close/,
    );
  });

  it('shutdown(): it gets an error that names it', async () => {
    const calls: Calls = { closes: () => Promise.resolve() };
    const service = await startHttpApp(adapter, { providers: [closing('Pool.close', [], calls)] });
    calls.closes = () => service.shutdown.shutdown();
    await service.app.close();
    expect(service.shutdown.report).toMatchObject({
      outcome: 'failed',
      hooks: [{ result: 'failed', error: expect.stringContaining('Pool.close awaits shutdown()') as string }],
    });
  });

  it('applications that close one another: the second is returned to at once, and both are clean', async () => {
    const steps: string[] = [];
    const calls = { first: { closes: () => Promise.resolve() }, second: { closes: () => Promise.resolve() } };
    const first = await startHttpApp(adapter, { providers: [closing('First.close', steps, calls.first)] });
    const second = await startHttpApp(adapter, { providers: [closing('Second.close', steps, calls.second)] });
    calls.first.closes = () => second.app.close();
    calls.second.closes = () => first.app.close();
    await first.app.close();
    expect(steps).toEqual(['Second.close', 'First.close']);
    expect([first, second].map(({ shutdown }) => shutdown.report?.outcome)).toEqual(['clean', 'clean']);
    // Nest has one logger for all applications of a process: the last one's.
    expect(second.logger.texts('warn').join('\n')).toContain(
      'Second.close awaits app.close(), which waits for First.close',
    );
  });

  it('does not take a close() that is not awaited for one, nor one of an application that waits for nothing here', async () => {
    const steps: string[] = [];
    // Else a reminder of it is a warning, too.
    const prepare = (app: INestApplication): void => void app.enableShutdownHooks();
    const other = await startHttpApp(adapter, { prepare });
    const calls: Calls = { closes: () => Promise.resolve() };
    const service = await startHttpApp(adapter, { providers: [closing('Pool.close', steps, calls)], prepare });
    let hasClosed = false;
    calls.closes = async () => {
      void service.app.close().then(() => (hasClosed = true));
      await other.app.close();
      expect(hasClosed).toBe(false);
    };
    await service.app.close();
    expect(service.shutdown.report).toMatchObject({ outcome: 'clean' });
    expect(other.shutdown.report).toMatchObject({ outcome: 'clean' });
    expect(service.logger.texts('warn')).toEqual([]);
  });

  it("onModuleDestroy: Nest's own hooks are known as well", async () => {
    const calls: Calls = { closes: () => Promise.resolve() };
    @Injectable()
    class Pool implements OnModuleDestroy {
      async onModuleDestroy(): Promise<void> {
        await calls.closes();
      }
    }
    const service = await startHttpApp(adapter, { providers: [Pool] });
    let isFirst = true;
    calls.closes = async () => {
      // Nest 11 calls all hooks again for every close().
      if (isFirst) {
        isFirst = false;
        await service.app.close();
      }
    };
    await service.app.close();
    expect(service.shutdown.report).toMatchObject({ exitCode: 0 });
    expect(service.logger.texts('warn').join('\n')).toContain('Pool.onModuleDestroy awaits app.close()');
  });

  it("puts Nest's own close() back when the last application has ended", async () => {
    const { prototype } = NestApplicationContext;
    const before = Object.getOwnPropertyDescriptor(prototype, 'close');
    const services = [await startHttpApp(adapter, {}), await startHttpApp(adapter, {})];
    expect(Object.getOwnPropertyDescriptor(prototype, 'close')).not.toEqual(before);
    for (const { app } of services) await app.close();
    expect(Object.getOwnPropertyDescriptor(prototype, 'close')).toEqual(before);
  });

  it("leaves a spy on Nest's close() where it was put meanwhile", async () => {
    const { prototype } = NestApplicationContext;
    const before = Object.getOwnPropertyDescriptor(prototype, 'close');
    const service = await startHttpApp(adapter, {});
    const spy = jest.spyOn(prototype, 'close');
    await service.app.close();
    expect(Object.getOwnPropertyDescriptor(prototype, 'close')?.value).toBe(spy);
    expect(spy).toHaveBeenCalledTimes(1);
    // What the spy puts back is ours, which has nothing left to watch.
    spy.mockRestore();
    Object.defineProperty(prototype, 'close', { ...before });
  });
});

describe('a microservice', () => {
  it('whose hook awaits app.close(): the hook fails at once, and is named', async () => {
    const calls: Calls = { closes: () => Promise.resolve() };
    @Module({ imports: [GracefulShutdownModule.forRoot()], providers: [closing('Pool.close', [], calls)] })
    class Root {}
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(Root, {
      transport: Transport.TCP,
      options: { port: 0 },
      logger: new RecordingLogger(),
    });
    closeAfterTest(app);
    await app.listen();
    calls.closes = () => app.close();
    const shutdown = app.get(GracefulShutdown);
    await app.close();
    expect(shutdown.report).toMatchObject({
      hooks: [{ result: 'failed', error: expect.stringContaining('Pool.close awaits app.close()') as string }],
    });
  });
});

describe('a start', () => {
  it('that awaits shutdown(), which waits for it, fails at once and says why', async () => {
    @Injectable()
    class Schema implements OnModuleInit {
      constructor(private readonly shutdown: GracefulShutdown) {}

      async onModuleInit(): Promise<void> {
        await this.shutdown.shutdown('the schema is too old');
      }
    }
    const start = startService(async () => (await createHttpApp('express', { providers: [Schema] })).app.init());
    await expect(start).rejects.toMatchObject({
      code: 'CIRCULAR_WAIT',
      message: expect.stringContaining('Schema.onModuleInit awaits shutdown()') as string,
    });
  });
});
