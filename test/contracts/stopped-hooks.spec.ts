import { Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  OnGracefulShutdown,
  type ShutdownContext,
} from 'nestjs-lifecycle';
import { APP_KINDS, type AppKind, startApp } from '../support/app-kinds.js';
import { RecordingLogger } from '../support/recording-logger.js';

interface Call {
  readonly name: string;
  readonly phase: string;
  readonly context?: ShutdownContext;
}

const calls: Call[] = [];

@Injectable()
class Journal implements OnApplicationShutdown {
  constructor(@Inject(GracefulShutdown) private readonly shutdown: GracefulShutdown) {}

  @OnGracefulShutdown({ phase: 'stopped' })
  tell(context: ShutdownContext): void {
    calls.push({ name: 'stopped', phase: this.shutdown.phase, context });
  }

  @OnGracefulShutdown()
  close({ report }: ShutdownContext): void {
    calls.push({ name: report === undefined ? 'closing' : 'closing with a report', phase: this.shutdown.phase });
  }

  onApplicationShutdown(): void {
    calls.push({ name: 'nest', phase: this.shutdown.phase });
  }
}

async function start(kind: AppKind, options: GracefulShutdownOptions = {}) {
  @Module({ imports: [GracefulShutdownModule.forRoot(options)], providers: [Journal] })
  class Root {}
  const logger = new RecordingLogger();
  const { app } = await startApp(kind, Root, logger);
  return { app, logger, shutdown: app.get(GracefulShutdown) };
}

beforeEach(() => {
  calls.length = 0;
});

describe.each(APP_KINDS)('hooks of the phase stopped (%s)', (kind) => {
  it('run when all others and those of Nest have, with the report so far, and are in it themselves', async () => {
    const { app, shutdown, logger } = await start(kind);
    const seen: string[] = [];
    shutdown.phase$.subscribe({
      next: (phase) => seen.push(phase),
      complete: () => seen.push(`completed, ${shutdown.report?.outcome}`),
    });
    await app.close();
    expect(calls.map(({ name, phase }) => `${name} in ${phase}`)).toEqual([
      'closing in closing',
      'nest in closing',
      'stopped in stopped',
    ]);
    const context = calls.at(-1)?.context;
    expect(context).toMatchObject({ phase: 'stopped', reason: 'app.close()' });
    expect(context?.report).toMatchObject({
      outcome: 'clean',
      hooks: [{ name: 'Journal.close', result: 'done' }],
      nestHooks: [{ name: 'Journal.onApplicationShutdown' }],
    });
    expect(shutdown.report?.hooks.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'Journal.close done',
      'Journal.tell done',
    ]);
    expect(seen.slice(-2)).toEqual(['stopped', 'completed, clean']);
    expect(logger.texts('log').at(-1)).toMatch(/^stopped clean .*2 of 2 hooks done/);
  });
});

describe('a hook of the phase stopped that', () => {
  it('fails shows in the outcome and in the exit code, and stops no other', async () => {
    const { app, shutdown } = await start('context');
    shutdown.register('broken', () => Promise.reject(new Error('broken on purpose')), { phase: 'stopped' });
    await app.close();
    expect(calls.at(-1)).toMatchObject({ name: 'stopped' });
    expect(shutdown.report).toMatchObject({ outcome: 'failed', exitCode: 1 });
    expect(shutdown.report?.hooks).toContainEqual(
      expect.objectContaining({ name: 'broken', phase: 'stopped', result: 'failed', error: 'broken on purpose' }),
    );
  });

  it('hangs is left when its time is up, within the budget', async () => {
    const { app, shutdown } = await start('context', { hookBudget: '200ms' });
    shutdown.register('hangs', () => new Promise(() => undefined), { phase: 'stopped' });
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'failed', late: false });
    expect(shutdown.report?.hooks.at(-1)).toMatchObject({ name: 'hangs', result: 'timed-out' });
  });
});
