import { Controller, Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  OnGracefulShutdown,
  type ShutdownContext,
  type ShutdownReport,
} from 'nestjs-lifecycle';
import { defer, EMPTY, NEVER, type Observable } from 'rxjs';
import { turns, until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { closeAfterTest } from '../support/http-app.js';
import { RecordingLogger } from '../support/recording-logger.js';

async function start(parts: ModuleMetadata, options?: GracefulShutdownOptions) {
  @Module({ ...parts, imports: [GracefulShutdownModule.forRoot(options)] })
  class Root {}
  const logger = new RecordingLogger();
  const app = await NestFactory.createApplicationContext(Root, { logger, abortOnError: false });
  closeAfterTest(app);
  // Else a reminder of it is among the warnings of a test that takes its time.
  app.enableShutdownHooks();
  return { app, logger, shutdown: app.get(GracefulShutdown) };
}

/** Closes an application with these providers and returns how it went. */
async function closed(parts: ModuleMetadata, options?: GracefulShutdownOptions): Promise<ShutdownReport | undefined> {
  const { app, shutdown } = await start(parts, options);
  await app.close();
  return shutdown.report;
}

const bootError = (provider: NonNullable<ModuleMetadata['providers']>[number]): Promise<unknown> =>
  start({ providers: [provider] }).then(
    () => 'booted',
    (error: unknown) => error,
  );

describe('hooks run', () => {
  it('by priority, the lower first, 50 by default, and each group after the one before has ended', async () => {
    const journal: string[] = [];
    const gate = new Gate();
    @Injectable()
    class Provider {
      @OnGracefulShutdown(95)
      logs(): void {
        journal.push('95');
      }

      @OnGracefulShutdown()
      middle(): void {
        journal.push('50');
      }

      @OnGracefulShutdown(10)
      async intake(): Promise<void> {
        journal.push('10');
        await gate.pass();
        journal.push('10 ended');
      }
    }
    const { app } = await start({ providers: [Provider] });
    const closing = app.close();
    await gate.reached();
    await turns();
    expect(journal).toEqual(['10']);
    gate.open();
    await closing;
    expect(journal).toEqual(['10', '10 ended', '50', '95']);
  });

  it('in parallel within a priority, the one registered last starts first', async () => {
    const journal: string[] = [];
    const gate = new Gate();
    const { app, shutdown } = await start({});
    for (const name of ['a', 'b', 'c']) {
      shutdown.register(name, () => {
        journal.push(name);
        return gate.pass();
      });
    }
    const closing = app.close();
    await gate.reached(3);
    expect(journal).toEqual(['c', 'b', 'a']);
    gate.open();
    await closing;
  });

  it('wherever they are written: on controllers, several on a class, inherited, twice decorated; once each', async () => {
    const journal: string[] = [];
    class Base {
      @OnGracefulShutdown(20)
      inherited(): void {
        journal.push('inherited');
      }
    }
    @Injectable()
    class Provider extends Base {
      @OnGracefulShutdown({ priority: 30, name: 'flush early' })
      @OnGracefulShutdown({ priority: 60, name: 'flush late' })
      flush(): void {
        journal.push('flush');
      }

      get trap(): never {
        throw new Error('a getter ran');
      }
    }
    @Controller()
    class HookedController {
      @OnGracefulShutdown(10)
      stop(): void {
        journal.push('controller');
      }
    }
    const report = await closed({
      providers: [
        Provider,
        { provide: 'ALIAS', useExisting: Provider },
        { provide: 'SAME', inject: [Provider], useFactory: (same: Provider) => same },
      ],
      controllers: [HookedController],
    });
    expect(journal).toEqual(['controller', 'inherited', 'flush', 'flush']);
    expect(report?.hooks.map(({ name, priority }) => [name, priority])).toEqual([
      ['HookedController.stop', 10],
      ['Provider.inherited', 20],
      ['flush early', 30],
      ['flush late', 60],
    ]);
  });

  it('on into the drain, where they take longer than the lame duck, and what they wait for is not cut', async () => {
    const journal: string[] = [];
    const { app, shutdown } = await start({}, { lameDuck: 0, hookBudget: '50ms' });
    const gate = new Gate();
    const stop = async (): Promise<void> => {
      await gate.pass();
      journal.push('the job is done');
    };
    shutdown.register('consumer', stop, { phase: 'lame-duck' });
    shutdown.register('database', () => journal.push('the database is closed'));
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect([shutdown.progress().waitingFor, journal]).toEqual([['hook consumer'], []]);
    gate.open();
    await closing;
    expect(journal).toEqual(['the job is done', 'the database is closed']);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', hooks: [{ name: 'consumer', result: 'done' }, {}] });
  });

  it('of the lame duck that hang are given up when the drain is asked to end', async () => {
    const { app, shutdown } = await start({}, { lameDuck: 0, hookBudget: '50ms' });
    shutdown.register('consumer', () => new Promise(() => undefined), { phase: 'lame-duck' });
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    shutdown.endWait();
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'failed', hooks: [{ name: 'consumer', result: 'timed-out' }] });
  });
});

describe('a hook', () => {
  it('may be sync, async or an Observable, and may throw, reject, fail or hang: the others still run', async () => {
    const seen: ShutdownContext[] = [];
    @Injectable()
    class Provider {
      @OnGracefulShutdown(10)
      throws(): never {
        throw new Error('thrown');
      }

      @OnGracefulShutdown(10)
      async rejects(): Promise<void> {
        await turns(1);
        throw new Error('rejected');
      }

      @OnGracefulShutdown(10)
      fails(): Observable<never> {
        return defer(() => Promise.reject(new Error('failed')));
      }

      @OnGracefulShutdown({ priority: 20, timeout: '10ms' })
      hangs(context: ShutdownContext): Promise<never> {
        seen.push(context);
        return new Promise(() => undefined);
      }

      @OnGracefulShutdown({ priority: 20, timeout: '10ms' })
      neverCompletes(): Observable<never> {
        return NEVER;
      }

      @OnGracefulShutdown(90)
      completes(): Observable<never> {
        return EMPTY;
      }

      @OnGracefulShutdown(95)
      last(context: ShutdownContext): void {
        seen.push(context);
      }
    }
    const report = await closed({ providers: [Provider] });
    expect(report).toMatchObject({ outcome: 'failed', exitCode: 1 });
    const results: unknown = Object.fromEntries(
      (report?.hooks ?? []).map(({ name, result, error }) => [name.split('.')[1], [result, error]]),
    );
    expect(results).toEqual({
      throws: ['failed', 'thrown'],
      rejects: ['failed', 'rejected'],
      fails: ['failed', 'failed'],
      hangs: ['timed-out', expect.stringMatching(/^Provider\.hangs did not finish within \d+ms\.$/)],
      neverCompletes: ['timed-out', expect.stringMatching(/^Provider\.neverCompletes did not finish within \d+ms\.$/)],
      completes: ['done', undefined],
      last: ['done', undefined],
    });
    const [hanging, last] = seen;
    expect(hanging).toMatchObject({ reason: 'app.close()', phase: 'closing' });
    expect(hanging?.remainingMs).toBeLessThanOrEqual(10);
    expect(hanging?.signal.aborted).toBe(true);
    expect(last?.signal.aborted).toBe(false);
  });

  it('that hangs takes no more than its share of hookBudget, and leaves time to those behind it', async () => {
    const last = jest.fn<void, []>();
    @Injectable()
    class Provider {
      @OnGracefulShutdown(10)
      hangs(): Promise<never> {
        return new Promise(() => undefined);
      }

      @OnGracefulShutdown(20)
      last(): void {
        last();
      }
    }
    const report = await closed({ providers: [Provider] }, { hookBudget: '100ms' });
    expect(last).toHaveBeenCalledTimes(1);
    expect(report?.hooks).toMatchObject([
      { name: 'Provider.hangs', result: 'timed-out' },
      { name: 'Provider.last', result: 'done' },
    ]);
  });
});

describe('at boot', () => {
  it.each([
    [Scope.REQUEST, 'request-scoped'],
    [Scope.TRANSIENT, 'transient'],
  ])('a hook of a provider without one instance is an error by class and method (scope %s)', async (scope, word) => {
    @Injectable({ scope })
    class Scoped {
      @OnGracefulShutdown()
      stop(): void {
        // Never called.
      }
    }
    expect(await bootError(Scoped)).toMatchObject({
      code: 'INVALID_HOOK',
      message: expect.stringMatching(
        new RegExp(`Scoped\\.stop: its class is ${word}.*Move the hook to a singleton`),
      ) as string,
    });
  });

  it('priorities that are none are errors, all at once', async () => {
    @Injectable()
    class Wrong {
      @OnGracefulShutdown(1.5)
      half(): void {
        // Never called.
      }

      @OnGracefulShutdown(101)
      high(): void {
        // Never called.
      }
    }
    expect(await bootError(Wrong)).toMatchObject({
      problems: [
        expect.stringContaining('Wrong.half: received priority 1.5'),
        expect.stringContaining('Wrong.high: received priority 101'),
      ],
    });
  });

  it('two hooks of one name are warned about, and both run', async () => {
    const run = jest.fn<void, []>();
    @Injectable()
    class Twins {
      @OnGracefulShutdown({ name: 'flush' })
      one(): void {
        run();
      }

      @OnGracefulShutdown({ name: 'flush' })
      other(): void {
        run();
      }
    }
    const { app, logger } = await start({ providers: [Twins] });
    expect(logger.texts('warn')).toEqual([expect.stringContaining('Two shutdown hooks are called flush')]);
    await app.close();
    expect(run).toHaveBeenCalledTimes(2);
  });
});

describe('register()', () => {
  it.each(['close', 'quit', 'end', 'disconnect', 'dispose', 'shutdown', 'destroy'])(
    'finds %s() by itself',
    async (method) => {
      const { app, shutdown } = await start({});
      const close = jest.fn<void, []>();
      shutdown.register('client', { [method]: close });
      await app.close();
      expect(close).toHaveBeenCalledTimes(1);
    },
  );

  it('prefers Symbol.asyncDispose, takes the method it is told, and says so when there is none', async () => {
    const { app, shutdown } = await start({});
    const [disposed, left, halted] = [jest.fn<void, []>(), jest.fn<void, []>(), jest.fn<void, []>()];
    shutdown.register('disposable', { [Symbol.asyncDispose]: disposed, close: left });
    shutdown.register('engine', { halt: halted, close: left }, { closeWith: 'halt' });
    expect(() => shutdown.register('nothing', {})).toThrow(/does not know how to close.*Type register\('nothing'/);
    await app.close();
    expect([disposed, left, halted].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1]);
  });

  it('takes a name again that has been given back, without a warning', async () => {
    const { logger, shutdown } = await start({});
    shutdown.register('connection', () => undefined)();
    shutdown.register('connection', () => undefined);
    expect(logger.texts('warn')).toEqual([]);
    shutdown.register('connection', () => undefined);
    expect(logger.texts('warn')).toEqual([expect.stringContaining('Two shutdown hooks are called connection')]);
  });
});
