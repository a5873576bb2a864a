import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  BackgroundTasks,
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  OnGracefulShutdown,
} from 'nestjs-lifecycle';
import { startService } from 'nestjs-lifecycle/testing';
import { startApp } from '../support/app-kinds.js';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { RecordingLogger } from '../support/recording-logger.js';

const boom = new Error('broken on purpose');

async function untilAborted(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function startWorker(options?: GracefulShutdownOptions) {
  const late = new Gate();
  @Injectable()
  class Outbox {
    constructor(@Inject(BackgroundTasks) private readonly tasks: BackgroundTasks) {}

    @OnGracefulShutdown(40)
    flush(): void {
      this.tasks.run('flush', () => late.pass());
    }

    @OnGracefulShutdown(80)
    close(): void {
      steps.push('close');
    }
  }
  const steps: string[] = [];
  @Module({ imports: [GracefulShutdownModule.forRoot(options)], providers: [Outbox] })
  class Root {}
  const logger = new RecordingLogger();
  const { app } = await startApp('context', Root, logger);
  return { app, logger, late, steps, shutdown: app.get(GracefulShutdown), tasks: app.get(BackgroundTasks) };
}

describe('BackgroundTasks', () => {
  it('cancels a poller at the signal, and waits for a job as long as it takes, before any hook', async () => {
    const { app, shutdown, tasks, late, steps } = await startWorker();
    late.open();
    const gate = new Gate();
    tasks.run('poll', untilAborted, { onShutdown: 'cancel' });
    tasks.run('import', () => gate.pass());
    expect(shutdown.inFlight()).toMatchObject({ total: 2, tasks: 2 });
    const closing = app.close();
    const close = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(tasks.list().map(({ name, state }) => `${name} ${state}`)).toEqual(['poll stopped', 'import running']);
    expect(shutdown.progress().waitingFor).toEqual(['import']);
    expect([close.isSettled, steps]).toEqual([false, []]);
    gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 2, drained: 2, interrupted: [] },
      sources: [{ name: 'tasks', inFlightAtStart: 2, drained: 3, interrupted: 0 }],
    });
  });

  it('waits for a task that a hook has started before the next hooks run', async () => {
    const { app, late, steps } = await startWorker();
    const closing = app.close();
    await late.reached();
    await turns();
    expect(steps).toEqual([]);
    late.open();
    await closing;
    expect(steps).toEqual(['close']);
  });

  it('gives up a cancelled task at its timeout, and a job at the end of the drain; both are named', async () => {
    const { app, shutdown, tasks, late, logger } = await startWorker({ drainTimeout: '300ms' });
    late.open();
    const aborted: string[] = [];
    const deaf = (name: string) => (signal: AbortSignal) => {
      signal.addEventListener('abort', () => aborted.push(name));
      return new Promise(() => undefined);
    };
    tasks.run('deaf poller', deaf('poller'), { onShutdown: 'cancel', timeout: '20ms' });
    tasks.run('deaf job', deaf('job'));
    await app.close();
    expect(aborted).toEqual(['poller', 'job']);
    expect(shutdown.report).toMatchObject({
      outcome: 'interrupted',
      exitCode: 1,
      requests: { drained: 0, interrupted: [{ name: 'deaf poller' }, { name: 'deaf job' }] },
      sources: [{ name: 'tasks', inFlightAtStart: 2, drained: 1, interrupted: 2 }],
    });
    expect(logger.texts('log').join('\n')).toMatch(/drain over after .*: 0 drained, 2 interrupted/);
  });

  it('logs what fails while it serves, with its stack, and what comes later is clean', async () => {
    const { app, shutdown, tasks, late, logger } = await startWorker();
    late.open();
    await tasks.run('import', () => Promise.reject(boom)).ended;
    expect(logger.texts('error')).toEqual(['background task import failed: broken on purpose']);
    expect(tasks.list()).toMatchObject([{ name: 'import', state: 'failed', lastError: 'broken on purpose' }]);
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean', errors: [] });
  });

  it('reports what fails during the shutdown', async () => {
    const { app, shutdown, tasks, late } = await startWorker();
    late.open();
    const gate = new Gate();
    tasks.run('import', async () => {
      await gate.pass();
      throw boom;
    });
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'failed',
      exitCode: 1,
      errors: [{ origin: 'background task import', message: 'broken on purpose' }],
    });
  });

  it('restarts in the context of the caller, until the signal', async () => {
    const { app, shutdown, tasks, late } = await startWorker();
    late.open();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const poll = async (): Promise<void> => {
      seen.push(storage.getStore());
      if (seen.length < 4) throw boom;
      await new Promise(() => undefined);
    };
    const restart = { backoff: { initial: 1, max: 2 } };
    storage.run('tenant', () => tasks.run('poll', poll, { onShutdown: 'cancel', restart, timeout: 1 }));
    await until('it runs again', () => seen.length === 4);
    expect(seen).toEqual(['tenant', 'tenant', 'tenant', 'tenant']);
    tasks.run('broken', () => Promise.reject(boom), { onShutdown: 'cancel', restart: { backoff: '24h' } });
    await until('it backs off', () => tasks.list().at(-1)?.state === 'backing-off');
    await app.close();
    expect(tasks.list().map(({ state, restarts }) => [state, restarts])).toEqual([
      ['stopping', 3],
      ['stopped', 0],
      ['finished', 0],
    ]);
    expect(shutdown.report).toMatchObject({ outcome: 'interrupted', requests: { interrupted: [{ name: 'poll' }] } });
  });

  it('answers a task that awaits the shutdown which waits for it', async () => {
    @Module({ imports: [GracefulShutdownModule.forRoot()] })
    class Root {}
    await using service = await startService(async () => {
      const app = await NestFactory.createApplicationContext(Root, { logger: false });
      return app.enableShutdownHooks();
    });
    const tasks = service.app.get(BackgroundTasks);
    const task = tasks.run('asking', async () => void (await service.shutdown.shutdown('over')));
    await until('the drain waits', () => service.shutdown.phase === 'draining');
    await service.clock.advance('1s');
    expect(await task.ended).toMatchObject({
      state: 'failed',
      lastError: expect.stringContaining('asking awaits shutdown(), which waits for asking') as string,
    });
    expect(await service.ended).toMatchObject({ exitCode: 1, report: { outcome: 'failed' } });
  });

  it('with traffic left to Nest, cancels when the hooks have run, and leaves nothing behind', async () => {
    const { app, tasks, late } = await startWorker({ enabled: false });
    late.open();
    const poll = tasks.run('poll', untilAborted, { onShutdown: 'cancel' });
    const broken = tasks.run('broken', () => Promise.reject(boom), { restart: { backoff: '24h' } });
    await app.close();
    expect([(await poll.ended).state, (await broken.ended).state]).toEqual(['stopped', 'failed']);
  });
});
