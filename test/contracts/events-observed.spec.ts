import { Injectable, Module } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown, type TimedEvent } from 'nestjs-lifecycle';
import { APP_KINDS, type AppKind, startApp } from '../support/app-kinds.js';
import { RecordingLogger } from '../support/recording-logger.js';

@Injectable()
class Ledger {
  @OnGracefulShutdown(80)
  close(): void {
    // Ends well.
  }

  @OnGracefulShutdown(90)
  fail(): never {
    throw new Error('the ledger is locked');
  }
}

@Module({ imports: [GracefulShutdownModule.forRoot()], providers: [Ledger] })
class Root {}

async function start(kind: AppKind) {
  const logger = new RecordingLogger();
  const { app } = await startApp(kind, Root, logger);
  const shutdown = app.get(GracefulShutdown);
  const events: TimedEvent[] = [];
  let isComplete = false;
  shutdown.events$.subscribe({ next: (event) => events.push(event), complete: () => (isComplete = true) });
  return { app, logger, shutdown, events, isComplete: () => isComplete };
}

describe.each(APP_KINDS)('events$ (%s)', (kind) => {
  it('has every fact in order, with its time, and completes with the report', async () => {
    const { app, shutdown, events, isComplete } = await start(kind);
    const task = shutdown.track('import');
    shutdown.events$.subscribe((event) => {
      if (event.type === 'phase-changed' && event.phase === 'draining') setImmediate(() => task.done());
    });
    await app.close();
    const told = events.map((event) => {
      if (event.type === 'phase-changed') return `phase ${event.phase}`;
      if (event.type === 'hook-started') return `${event.name} started`;
      if (event.type === 'hook-settled') return `${event.name} ${event.result}`;
      return event.type;
    });
    expect(told.filter((name) => name !== 'source-stopped')).toEqual([
      'shutdown-started',
      'phase lame-duck',
      'lame-duck-ended',
      'phase draining',
      'source-drained',
      'drain-ended',
      'phase closing',
      'Ledger.close started',
      'Ledger.close done',
      'Ledger.fail started',
      'Ledger.fail failed',
      'phase stopped',
      'shutdown-ended',
    ]);
    expect(events.at(-1)).toMatchObject({ report: { outcome: 'failed' } });
    expect(events.at(-1)).toHaveProperty('report', shutdown.report);
    const times = events.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(isComplete()).toBe(true);
    const late: string[] = [];
    shutdown.events$.subscribe({ next: ({ type }) => late.push(type), complete: () => late.push('complete') });
    expect(late).toEqual(['complete']);
  });

  it('goes on behind subscribers that throw or reject, which the log tells', async () => {
    const { app, logger, shutdown, events, isComplete } = await start(kind);
    const fail = (): never => {
      throw new Error('cannot be read');
    };
    shutdown.events$.subscribe(fail);
    const rejects: () => unknown = () => Promise.reject(new Error('cannot be stored'));
    shutdown.events$.subscribe(rejects);
    await app.close();
    expect(isComplete()).toBe(true);
    expect(events.at(-1)?.type).toBe('shutdown-ended');
    expect(shutdown.report?.errors).toEqual([]);
    const warnings = logger.texts('warn');
    expect(warnings).toContain('a subscriber of events$ failed: cannot be read');
    expect(warnings).toContain('a subscriber of events$ failed: cannot be stored');
  });
});
