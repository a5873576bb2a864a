import {
  Controller,
  Get,
  Injectable,
  Module,
  type OnModuleDestroy,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { turns, until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, closeAfterTest, createHttpApp, type HttpApp, startHttpApp } from '../support/http-app.js';
import { processListeners } from '../support/process-listeners.js';

/** More than the listeners of which Node warns. */
const CYCLES = 20;

@Controller()
class HelloController {
  @Get()
  hello(): string {
    return 'hello';
  }
}

/** A provider of somebody else, one of whose hooks rejects. */
function failingIn(hook: 'onModuleDestroy' | 'beforeApplicationShutdown' | 'onApplicationShutdown'): Type<unknown> {
  @Injectable()
  class Failing {
    async [hook](): Promise<void> {
      await turns(1);
      throw new Error(`${hook} failed on purpose`);
    }
  }
  return Failing;
}

function probeUrl({ logger }: Pick<HttpApp, 'logger'>): string {
  const line = logger.texts('log').find((text) => text.startsWith('probes on port'));
  return `http://127.0.0.1:${line?.split(' ').at(-1)}`;
}

describe.each(ADAPTERS)('applications in one process (%s)', (adapter) => {
  it('do not disturb each other: closing one leaves the other ready and serving', async () => {
    const before = processListeners();
    const first = await startHttpApp(adapter, { controllers: [HelloController] });
    const listening = processListeners();
    const second = await startHttpApp(adapter, { controllers: [HelloController], options: { health: true } });
    await first.app.close();
    expect(first.shutdown.phase).toBe('stopped');
    expect(second.shutdown.phase).toBe('ready');
    expect(second.shutdown.report).toBeUndefined();
    expect(processListeners()).toEqual(listening);
    const answer = await ask(second.url, '/');
    expect(answer).toMatchObject({ outcome: 'ok', body: 'hello' });
    expect(answer.headers.get('connection')).not.toBe('close');
    expect(await ask(second.url, '/health/ready')).toMatchObject({ status: 200 });
    await second.app.close();
    expect(processListeners()).toEqual(before);
  });

  it('share one listener for each event of the process, however many they are', async () => {
    const before = processListeners();
    const one = await createHttpApp(adapter, {});
    const withOne = processListeners();
    expect(withOne['SIGTERM']).toBe((before['SIGTERM'] ?? 0) + 1);
    const many = await Promise.all(Array.from({ length: 12 }, () => createHttpApp(adapter, {})));
    expect(processListeners()).toEqual(withOne);
    const gate = new Gate();
    for (const { shutdown } of [one, ...many]) shutdown.register('hold', () => gate.pass());
    const closing = [one, ...many].map(({ app }) => app.close());
    await gate.reached(closing.length);
    const whileClosing = Object.entries(processListeners());
    expect(whileClosing.filter(([event, count]) => count > (before[event] ?? 0) + 1)).toEqual([]);
    gate.open();
    await Promise.all(closing);
    expect(processListeners()).toEqual(before);
  });

  it(`leave nothing on the process in ${CYCLES} cycles of create and close`, async () => {
    const before = processListeners();
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const { app } = await createHttpApp(adapter, {});
      if (cycle % 2 === 0) app.enableShutdownHooks();
      await app.init();
      await app.close();
    }
    expect(processListeners()).toEqual(before);
  });
});

describe.each(ADAPTERS)('app.close() (%s)', (adapter) => {
  it('twice, at the same time and again, is one shutdown', async () => {
    const stop = jest.fn<void, []>();
    @Injectable()
    class Hooks {
      @OnGracefulShutdown()
      stop(): void {
        stop();
      }
    }
    const { app, shutdown } = await startHttpApp(adapter, { providers: [Hooks] });
    await Promise.all([app.close(), app.close()]);
    const { report } = shutdown;
    expect(report).toMatchObject({ outcome: 'clean', hooks: [{ name: 'Hooks.stop' }] });
    await app.close();
    expect(stop).toHaveBeenCalledTimes(1);
    expect(shutdown.report).toBe(report);
  });

  it('ends after a start that failed, and leaves no listener', async () => {
    const before = processListeners();
    @Injectable()
    class BadStart implements OnModuleInit {
      onModuleInit(): void {
        throw new Error('no database');
      }
    }
    const { app, shutdown } = await createHttpApp(adapter, { providers: [BadStart], options: { probePort: 0 } });
    await expect(app.init()).rejects.toThrow('no database');
    await app.close();
    expect(shutdown.phase).toBe('stopped');
    expect(processListeners()).toEqual(before);
  });

  it('ends while the start still runs', async () => {
    const init = new Gate();
    @Injectable()
    class SlowStart implements OnModuleInit {
      onModuleInit(): Promise<void> {
        return init.pass();
      }
    }
    const before = processListeners();
    const { app, shutdown } = await createHttpApp(adapter, { providers: [SlowStart] });
    const booting = app.init();
    await init.reached();
    const closing = app.close();
    await turns();
    init.open();
    // Fastify cannot be set up any more once Nest has closed it.
    await booting.catch(() => undefined);
    await closing;
    expect(shutdown.phase).toBe('stopped');
    expect(processListeners()).toEqual(before);
  });

  it.each(['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const)(
    'leaves nothing behind when %s of another provider rejects, and reports it',
    async (hook) => {
      const before = processListeners();
      const service = await startHttpApp(adapter, { providers: [failingIn(hook)], options: { probePort: 0 } });
      const closing = service.app.close();
      // Nest 12 logs it and goes on with the others, Nest 11 gives up on them.
      if (NEST_MAJOR === 11) await expect(closing).rejects.toThrow(`${hook} failed on purpose`);
      else await closing;
      await until('the report is there', () => service.shutdown.report !== undefined);
      expect(service.shutdown.report).toMatchObject({
        exitCode: 1,
        errors: [{ origin: `Failing.${hook}`, message: `${hook} failed on purpose` }],
      });
      expect(service.shutdown.phase).toBe('stopped');
      expect(processListeners()).toEqual(before);
      expect(await ask(probeUrl(service), '/health/live')).toMatchObject({ outcome: 'refused' });
    },
  );
});

describe('a testing module', () => {
  it('that is compiled, never initialised, and closed runs hooks and leaves nothing behind', async () => {
    const before = processListeners();
    const destroy = jest.fn<void, []>();
    @Injectable()
    class Provider implements OnModuleDestroy {
      onModuleDestroy(): void {
        destroy();
      }
    }
    @Module({ imports: [GracefulShutdownModule.forRoot()], providers: [Provider] })
    class Root {}
    const compiled = await Test.createTestingModule({ imports: [Root] }).compile();
    closeAfterTest(compiled);
    const shutdown = compiled.get(GracefulShutdown);
    expect(shutdown.phase).toBe('starting');
    await compiled.close();
    expect(destroy).toHaveBeenCalledTimes(1);
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
    expect(processListeners()).toEqual(before);
  });
});
