import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import {
  BackgroundTasks,
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  LifecycleError,
  OnGracefulShutdown,
  ShutdownFailedError,
} from 'nestjs-lifecycle';
import { startApp } from '../support/app-kinds.js';
import { until } from '../support/event-loop.js';
import { RecordingLogger } from '../support/recording-logger.js';

const boom = new Error('broken on purpose');
const calls: string[] = [];

@Injectable()
class Ledger implements OnApplicationShutdown {
  @OnGracefulShutdown(10)
  flush(): never {
    throw boom;
  }

  @OnGracefulShutdown({ priority: 20, timeout: 5 })
  hangs(): Promise<void> {
    return new Promise(() => undefined);
  }

  @OnGracefulShutdown(80)
  close(): void {
    calls.push('hook');
  }

  onApplicationShutdown(): void {
    calls.push('nest');
  }
}

@Injectable()
class Broken implements OnApplicationShutdown {
  onApplicationShutdown(): never {
    throw new Error('broken in Nest');
  }
}

async function start(options: GracefulShutdownOptions, ...providers: (new () => object)[]) {
  @Module({ imports: [GracefulShutdownModule.forRoot(options)], providers })
  class Root {}
  const { app } = await startApp('context', Root, new RecordingLogger());
  return { app, shutdown: app.get(GracefulShutdown), tasks: app.get(BackgroundTasks) };
}

const outcomeOf = (closing: Promise<void>): Promise<unknown> =>
  closing.then(
    () => 'resolved',
    (error: unknown) => error,
  );

beforeEach(() => {
  calls.length = 0;
});

describe('raiseOnError', () => {
  it.each([true, false])('makes app.close() reject when everything has run (enabled: %p)', async (enabled) => {
    const { app, shutdown } = await start({ raiseOnError: true, enabled }, Ledger);
    const error = await outcomeOf(app.close());
    expect(calls).toEqual(['hook', 'nest']);
    expect(error).toBeInstanceOf(ShutdownFailedError);
    expect(error).toBeInstanceOf(LifecycleError);
    expect(error).toMatchObject({
      code: 'CLOSE_FAILED',
      cause: boom,
      errors: [boom, { code: 'HOOK_TIMED_OUT' }],
      report: shutdown.report,
      message: expect.stringMatching(/- Ledger\.flush: broken on purpose\n {2}- Ledger\.hangs: /) as string,
    });
    expect(shutdown.report).toMatchObject({ outcome: 'failed' });
  });

  it('names hooks of Nest that failed', async () => {
    const { app } = await start({ raiseOnError: true }, Broken);
    expect(await outcomeOf(app.close())).toMatchObject({
      code: 'CLOSE_FAILED',
      errors: [{ message: 'broken in Nest' }],
    });
  });

  it('names background tasks that failed during the shutdown', async () => {
    const { app, shutdown, tasks } = await start({ raiseOnError: true });
    tasks.run(
      'import',
      async (signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        throw boom;
      },
      { onShutdown: 'cancel' },
    );
    expect(await outcomeOf(app.close())).toMatchObject({ errors: [boom] });
    expect(shutdown.progress().errors).toEqual([{ origin: 'background task import', message: 'broken on purpose' }]);
  });

  it('changes nothing where nothing has failed, and nothing without it', async () => {
    const clean = await start({ raiseOnError: true });
    expect(await outcomeOf(clean.app.close())).toBe('resolved');
    const silent = await start({}, Ledger);
    expect(await outcomeOf(silent.app.close())).toBe('resolved');
  });
});

describe('statistics() and progress()', () => {
  it('count the work of the whole life, and of the shutdown', async () => {
    const { app, shutdown, tasks } = await start({ drainTimeout: '100ms' });
    expect(shutdown.statistics()).toMatchObject({ inFlight: 0, served: 0, sources: [] });
    for (const name of ['a', 'b']) await tasks.run(name, () => name).ended;
    const source = { name: 'orders', size: 0, ended: 3, active: () => [] };
    const undo = shutdown.addSource(source);
    undo();
    const polite = shutdown.track(
      'polite',
      (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
    );
    shutdown.track('deaf');
    expect(shutdown.statistics()).toEqual({
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      ...{ inFlight: 2, served: 5, drained: 0, refused: 0, interrupted: 0 },
      resources: { total: 0, states: {}, types: {} },
      sources: [
        { name: 'tasks', inFlight: 2, served: 2, drained: 0, refused: 0, interrupted: 0 },
        { name: 'orders', inFlight: 0, served: 3, drained: 0, refused: 0, interrupted: 0 },
      ],
    });
    expect(shutdown.progress()).toMatchObject({ durationMs: 0, drained: 0, errors: [] });
    const closing = app.close();
    await polite;
    await until('it is counted', () => shutdown.progress().drained === 1);
    await closing;
    expect(shutdown.statistics()).toMatchObject({ inFlight: 1, served: 6, drained: 1, refused: 0, interrupted: 1 });
    expect(shutdown.progress()).toMatchObject({ durationMs: shutdown.report?.durationMs, drained: 1, errors: [] });
  });
});
