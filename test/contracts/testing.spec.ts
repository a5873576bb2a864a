import {
  Controller,
  Get,
  type INestApplication,
  Injectable,
  Module,
  type OnModuleDestroy,
  Param,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { GracefulShutdownModule, type GracefulShutdownOptions, OnGracefulShutdown } from 'nestjs-lifecycle';
import { startService } from 'nestjs-lifecycle/testing';
import { Gate } from '../support/gate.js';
import { until } from '../support/event-loop.js';
import { ADAPTERS, ask } from '../support/http-app.js';

const calls: string[] = [];
let gate = new Gate();

@Controller()
class Orders {
  @Get('orders/:id')
  async one(@Param('id') id: string): Promise<string> {
    if (id === 'slow') await gate.pass();
    return id;
  }
}

@Injectable()
class Ledger implements OnModuleDestroy {
  @OnGracefulShutdown()
  close(): void {
    calls.push('hook');
  }

  onModuleDestroy(): void {
    calls.push('destroy');
  }
}

const OPTIONS: GracefulShutdownOptions = { lameDuck: '5s', gracePeriod: '30s' };

function create(adapter: (typeof ADAPTERS)[number], options = OPTIONS): () => Promise<INestApplication> {
  @Module({ imports: [GracefulShutdownModule.forRoot(options)], controllers: [Orders], providers: [Ledger] })
  class AppModule {}
  return async () => {
    const app =
      adapter === 'fastify'
        ? await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false })
        : await NestFactory.create(AppModule, { logger: false });
    app.enableShutdownHooks();
    await app.listen(0, '127.0.0.1');
    return app;
  };
}

/** Whoever calls `process.exit` is told that nothing follows. */
function endWith(code: number): void {
  process.exit(code);
}

function abort(): void {
  process.abort();
}

/** All of the process that a service under test takes for its own. */
function processState(): unknown {
  const names = ['SIGTERM', 'SIGILL', 'exit', 'newListener', 'message', 'uncaughtExceptionMonitor'];
  const { exitCode } = process;
  const listeners = names.map((name) => (process as NodeJS.EventEmitter).rawListeners(name));
  const ends = ['abort', 'exit', 'kill'].map((name) => Object.getOwnPropertyDescriptor(process, name));
  return { exitCode, listeners, ends };
}

beforeEach(() => {
  calls.length = 0;
  gate = new Gate();
});

describe.each(ADAPTERS)('a service under test (%s)', (adapter) => {
  it('takes a signal for its own, and the test goes on', async () => {
    await using service = await startService(create(adapter));
    service.signal('SIGTERM');
    expect(service.shutdown.phase).toBe('lame-duck');
    await service.clock.advance('5s');
    expect(await service.ended).toMatchObject({
      exitCode: 0,
      signal: null,
      report: { outcome: 'clean', signal: 'SIGTERM' },
    });
    expect(calls).toEqual(['hook', 'destroy']);
  });

  it('stays in its lame duck until its clock has moved that far', async () => {
    await using service = await startService(create(adapter));
    service.signal();
    await service.clock.advance('4s');
    expect(service.shutdown.phase).toBe('lame-duck');
    expect((await ask(await service.app.getUrl(), '/orders/7')).status).toBe(200);
    await service.clock.advance('1s');
    await until('the lame duck is over', () => service.shutdown.phase !== 'lame-duck');
    await service.ended;
  });

  it('waits for a request in flight, until its deadline', async () => {
    await using service = await startService(create(adapter));
    const answer = ask(await service.app.getUrl(), '/orders/slow');
    await gate.reached();
    service.signal();
    await service.clock.advance('30s');
    expect((await answer).status).toBe(503);
    expect(await service.ended).toMatchObject({
      exitCode: 1,
      report: { outcome: 'interrupted', requests: { interrupted: [{ route: '/orders/:id' }] } },
    });
    gate.open();
  });

  it('ends at once at a second signal', async () => {
    await using service = await startService(create(adapter));
    service.signal('SIGTERM');
    await service.clock.advance('1s');
    service.signal('SIGTERM');
    expect(await service.ended).toMatchObject({ exitCode: 143, report: { outcome: 'forced' } });
  });

  it('ends with what somebody passes to process.exit', async () => {
    await using service = await startService(create(adapter));
    endWith(7);
    expect(await service.ended).toMatchObject({ exitCode: 7 });
  });

  it('ends by SIGABRT where somebody aborts', async () => {
    await using service = await startService(create(adapter));
    abort();
    expect(await service.ended).toMatchObject({ exitCode: null, signal: 'SIGABRT' });
  });

  it('can be signalled, and closed while it stops', async () => {
    const service = await startService(create(adapter));
    service.signal();
    await service.close();
    expect(service.shutdown.report).toMatchObject({ outcome: 'clean' });
  });
});

describe('startService', () => {
  it('leaves the process as it was', async () => {
    const before = processState();
    const service = await startService(create('express'));
    service.signal();
    await service.clock.advance('5s');
    await service.ended;
    await service.close();
    await service.close();
    expect(processState()).toEqual(before);
  });

  it('ends with an exit code of its own, whatever that of the test is', async () => {
    const before = process.exitCode;
    process.exitCode = 3;
    try {
      const service = await startService(create('express'));
      service.signal('SIGTERM');
      await service.clock.advance('5s');
      expect(await service.ended).toMatchObject({ exitCode: 0 });
      await service.close();
      expect(process.exitCode).toBe(3);
    } finally {
      process.exitCode = before;
    }
  });

  it('does not let other listeners of the test hear the signal', async () => {
    const heard: string[] = [];
    const listener = (): void => void heard.push('heard');
    process.on('SIGTERM', listener);
    try {
      await using service = await startService(create('express'));
      service.signal();
      await service.clock.advance('5s');
      await service.ended;
    } finally {
      process.removeListener('SIGTERM', listener);
    }
    expect(heard).toEqual([]);
  });

  it('starts one service after the other, and says so when the first is still there', async () => {
    const first = await startService(create('express'));
    await expect(startService(create('express'))).rejects.toThrow(/await service\.close\(\)/);
    await first.close();
    await using second = await startService(create('express'));
    expect(second.shutdown.phase).toBe('ready');
  });

  it('gives the process back when the service does not start', async () => {
    await expect(startService(create('express', { gracePeriod: '1x' as '1s' }))).rejects.toThrow(/abortOnError: false/);
    await using service = await startService(create('express'));
    expect(service.shutdown.phase).toBe('ready');
  });

  it('still passes signals to other processes', async () => {
    await using _service = await startService(create('express'));
    expect(process.kill(process.pid, 0)).toBe(true);
    expect(() => process.kill(2 ** 22 + 1, 'SIGTERM')).toThrow(/ESRCH/);
  });
});
