import { Controller, Get, type INestApplication, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { startService, type TestService } from 'nestjs-lifecycle/testing';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask } from '../support/http-app.js';

const calls: string[] = [];
let gate = new Gate();

@Controller()
class Orders {
  @Get('slow')
  async slow(): Promise<string> {
    await gate.pass();
    return 'slow';
  }
}

@Injectable()
class Ledger {
  @OnGracefulShutdown()
  close(): void {
    calls.push('hook');
  }
}

/** Times that no test waits for: what ends earlier was ended. */
@Module({
  imports: [GracefulShutdownModule.forRoot({ lameDuck: '40m', gracePeriod: '2h' })],
  controllers: [Orders],
  providers: [Ledger],
})
class AppModule {}

describe.each(ADAPTERS)('a shutdown that is asked to hurry (%s)', (adapter) => {
  let service: TestService<INestApplication>;

  beforeEach(async () => {
    calls.length = 0;
    gate = new Gate();
    service = await startService(async () => {
      const app =
        adapter === 'fastify'
          ? await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false })
          : await NestFactory.create(AppModule, { logger: false });
      app.enableShutdownHooks();
      await app.listen(0, '127.0.0.1');
      return app;
    });
  });

  afterEach(async () => {
    gate.open();
    await service.close();
  });

  it('ends the lame duck, then goes on as ever', async () => {
    service.signal('SIGTERM');
    expect(service.shutdown.endWait('the pod is evicted')).toBe('lame-duck');
    const { exitCode, report } = await service.ended;
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      outcome: 'clean',
      lameDuck: { endedBy: 'asked' },
      endedEarly: [{ what: 'lame-duck', by: 'the pod is evicted' }],
    });
    expect(calls).toEqual(['hook']);
  });

  it('interrupts the drain that a second app.close() would only join, answers what waits, and runs the hooks', async () => {
    const answer = ask(await service.app.getUrl(), '/slow');
    await gate.reached();
    const closed = service.app.close();
    void service.app.close();
    while (service.shutdown.phase !== 'draining') await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual([]);
    expect(service.shutdown.endWait()).toBe('draining');
    expect((await answer).status).toBe(503);
    await closed;
    expect(calls).toEqual(['hook']);
    expect(service.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      late: false,
      endedEarly: [{ what: 'draining', by: 'endWait()' }],
    });
  });

  it('has nothing to end before it, and after it', async () => {
    expect(service.shutdown.endWait()).toBeUndefined();
    await service.app.close();
    expect(service.shutdown.endWait()).toBeUndefined();
    expect(service.shutdown.report?.endedEarly).toEqual([]);
  });
});

describe.each(ADAPTERS)('the exit code of shutdown() (%s)', (adapter) => {
  async function start(): Promise<TestService<INestApplication>> {
    return startService(async () => {
      const app =
        adapter === 'fastify'
          ? await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false })
          : await NestFactory.create(AppModule, { logger: false });
      app.enableShutdownHooks();
      await app.init();
      return app;
    });
  }

  it.each([
    ['a code', { exitCode: 3 }, { outcome: 'clean', exitCode: 3 }],
    ['no code that a process can have', { exitCode: 256.5 }, { outcome: 'clean', exitCode: 1 }],
    ['an error', { error: new Error('the licence has run out') }, { outcome: 'failed', exitCode: 1 }],
    ['both', { error: new Error('gone'), exitCode: 4 }, { outcome: 'failed', exitCode: 4 }],
    ['0 beside an error', { error: new Error('gone'), exitCode: 0 }, { outcome: 'failed', exitCode: 1 }],
  ] as const)('given %s', async (_what, cause, expected) => {
    await using service = await start();
    void service.shutdown.shutdown('licence', cause);
    service.shutdown.endWait();
    const { exitCode, report } = await service.ended;
    expect({ outcome: report?.outcome, exitCode }).toEqual(expected);
    expect(report?.exitCode).toBe(exitCode);
    if (!('error' in cause)) return;
    const { message, stack } = cause.error;
    expect(report?.errors).toEqual([{ origin: 'licence', message, stack }]);
  });

  it('joins what has begun, and its code counts', async () => {
    await using service = await start();
    service.signal('SIGTERM');
    void service.shutdown.shutdown('too late', { exitCode: 5 });
    service.shutdown.endWait();
    expect(await service.ended).toMatchObject({ exitCode: 5, report: { reason: 'SIGTERM', exitCode: 5 } });
  });
});
