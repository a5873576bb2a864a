import { Module } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { startApp } from '../support/app-kinds.js';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { RecordingLogger } from '../support/recording-logger.js';

async function startWorker(options?: GracefulShutdownOptions) {
  @Module({ imports: [GracefulShutdownModule.forRoot(options)] })
  class Root {}
  const { app } = await startApp('context', Root, new RecordingLogger());
  return { app, shutdown: app.get(GracefulShutdown) };
}

describe('track()', () => {
  it('counts a promise until it has settled, and hands its value on', async () => {
    const { shutdown } = await startWorker();
    const gate = new Gate();
    const tracked = shutdown.track(
      'import',
      gate.pass().then(() => 42),
    );
    expect(shutdown.inFlight()).toMatchObject({ total: 1, tasks: 1, items: [{ kind: 'task', name: 'import' }] });
    gate.open();
    expect(await tracked).toBe(42);
    expect(shutdown.inFlight().total).toBe(0);
  });

  it('counts a function, sync or not, and hands its error on', async () => {
    const { shutdown } = await startWorker();
    expect(await shutdown.track('sync', () => 1)).toBe(1);
    const failing = shutdown.track('failing', async () => {
      expect(shutdown.inFlight().tasks).toBe(1);
      throw new Error('failed on purpose');
    });
    await expect(failing).rejects.toThrow('failed on purpose');
    const throwing = shutdown.track('throwing', () => {
      throw new Error('thrown on purpose');
    });
    await expect(throwing).rejects.toThrow('thrown on purpose');
    expect(shutdown.inFlight().total).toBe(0);
  });

  it('gives a handle that counts until done() or the end of its block, once', async () => {
    const { shutdown } = await startWorker();
    const task = shutdown.track('by hand');
    {
      using inner = shutdown.track('in a block');
      expect(inner.signal.aborted).toBe(false);
      expect(shutdown.inFlight().items.map(({ name }) => name)).toEqual(['by hand', 'in a block']);
    }
    expect(shutdown.inFlight().items.map(({ name }) => name)).toEqual(['by hand']);
    task.done();
    task.done();
    expect(shutdown.inFlight().total).toBe(0);
  });

  it('makes the drain wait, also for work that starts while draining', async () => {
    const { app, shutdown } = await startWorker();
    const first = shutdown.track('first');
    const closing = app.close();
    const state = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    const second = shutdown.track('second');
    first.done();
    await turns();
    expect(state.isSettled).toBe(false);
    expect(shutdown.phase).toBe('draining');
    second.done();
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 2 } });
  });

  it('aborts the signal of what still runs shortly before the deadline of the drain, and names what does not end in the report', async () => {
    const { app, shutdown } = await startWorker({ drainTimeout: '20ms' });
    const polite = shutdown.track(
      'polite',
      (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    const handle = shutdown.track('handle');
    await app.close();
    await polite;
    expect(handle.signal.reason).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(shutdown.report).toMatchObject({
      outcome: 'interrupted',
      exitCode: 1,
      requests: { inFlightAtStart: 2, drained: 1, interrupted: [{ name: 'handle' }] },
    });
  });
});
