import { Controller, Get, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { OnGracefulShutdown } from 'nestjs-lifecycle';
import { turns, until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, startHttpApp } from '../support/http-app.js';
import { HttpClient } from '../support/http-client.js';
import { processListeners } from '../support/process-listeners.js';

describe.each(ADAPTERS)('enabled: false (%s)', (adapter) => {
  const options = { enabled: false };

  @Controller()
  class HelloController {
    @Get()
    hello(): string {
      return 'hello';
    }
  }

  it('listens to nothing of the process, and shows readiness all the same', async () => {
    const before = processListeners();
    const { app, shutdown, url } = await startHttpApp(adapter, {
      controllers: [HelloController],
      options: { ...options, health: true },
    });
    expect(processListeners()).toEqual(before);
    expect(shutdown.phase).toBe('ready');
    expect(await ask(url, '/health/ready')).toMatchObject({ status: 200 });
    await app.close();
    expect(processListeners()).toEqual(before);
  });

  it('runs hooks in order, before any onModuleDestroy, when Nest closes', async () => {
    const journal: string[] = [];
    const gate = new Gate();
    @Injectable()
    class Hooks implements OnModuleDestroy {
      @OnGracefulShutdown(80)
      last(): void {
        journal.push('80');
      }

      @OnGracefulShutdown(10)
      async first(): Promise<void> {
        journal.push('10');
        await gate.pass();
      }

      onModuleDestroy(): void {
        journal.push('destroy');
      }
    }
    const { app, shutdown } = await startHttpApp(adapter, { providers: [Hooks], options });
    const closing = app.close();
    await gate.reached();
    await turns();
    expect(journal).toEqual(['10']);
    gate.open();
    await closing;
    expect(journal).toEqual(['10', '80', 'destroy']);
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      hooks: [{ name: 'Hooks.first' }, { name: 'Hooks.last' }],
    });
  });

  it('leaves connections to Nest: no Connection: close while hooks run, and no waiting for requests', async () => {
    const gate = new Gate();
    const work = new Gate();
    @Controller('work')
    class WorkController {
      @Get()
      work(): Promise<void> {
        return work.pass();
      }
    }
    const { app, shutdown, url } = await startHttpApp(adapter, {
      controllers: [HelloController, WorkController],
      options,
    });
    shutdown.register('hold', () => gate.pass());
    const client = new HttpClient(url);
    await client.request();
    const answer = ask(url, '/work');
    await work.reached();

    const closing = app.close();
    await until('the hook runs although a request is in flight', () => gate.arrivals === 1);
    expect((await client.request()).headers.get('connection')).not.toBe('close');
    client.close();
    work.open();
    expect(await answer).toMatchObject({ outcome: 'ok' });
    gate.open();
    await closing;
  });
});
