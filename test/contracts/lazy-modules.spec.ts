import { Injectable, Module, type OnModuleDestroy, type OnModuleInit, Scope, type Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { OnGracefulShutdown, ReadinessGate, StopIntake } from 'nestjs-lifecycle';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type HttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';
import { hold } from '../support/traffic-world.js';

interface LazyWorld extends HttpApp {
  readonly loader: LazyModuleLoader;
}

async function startLazy(parts: HttpAppParts = {}): Promise<LazyWorld> {
  const world = await startHttpApp('express', parts);
  return { ...world, loader: world.app.get(LazyModuleLoader) };
}

/** A module that owns a store, which notes what is called. */
function reports(journal: string[]): Type<unknown> {
  @Injectable()
  class Store implements OnModuleInit, OnModuleDestroy {
    onModuleInit(): void {
      journal.push('Nest has initialised it');
    }

    onModuleDestroy(): void {
      journal.push('Nest has destroyed it');
    }

    @StopIntake({ inFlight: () => 0 })
    stop(): void {
      journal.push('stop');
    }

    @OnGracefulShutdown({ phase: 'lame-duck' })
    leave(): void {
      journal.push('leave');
    }

    @OnGracefulShutdown(80)
    close(): void {
      journal.push('close');
    }
  }
  @Module({ providers: [Store] })
  class StoreModule {}
  @Module({ imports: [StoreModule] })
  class ReportsModule {}
  return ReportsModule;
}

describe('modules that are loaded lazily', () => {
  it('have their hooks and intakes called, once, and no hook of Nest, which calls none of theirs', async () => {
    const journal: string[] = [];
    const module = reports(journal);
    const { app, loader, shutdown } = await startLazy();
    const [first, second] = await Promise.all([loader.load(() => module), loader.load(() => module)]);
    expect(await loader.load(() => module)).toBe(first);
    expect(second).toBe(first);
    await app.close();
    expect(journal.toSorted()).toEqual(['close', 'leave', 'stop']);
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
    expect(shutdown.report?.hooks.map(({ name }) => name)).toEqual(['Store.leave', 'Store.close']);
  });

  it('are followed when they are loaded while the service leaves: what is past is called at once, and told', async () => {
    const journal: string[] = [];
    const world = await startLazy();
    const leaving = hold(world, 'lame-duck');
    const closing = world.app.close();
    await leaving.reached();
    await world.loader.load(() => reports(journal));
    await until('what it has missed is called', () => journal.length === 2);
    expect(journal.toSorted()).toEqual(['leave', 'stop']);
    expect(world.logger.texts('warn')).toContain(
      'Hook Store.leave runs at once: its module was loaded when hooks of the phase lame-duck had begun.',
    );
    leaving.open();
    await closing;
    expect(journal.at(-1)).toBe('close');
  });

  it('that are half loaded at the signal are followed once they are loaded', async () => {
    const journal: string[] = [];
    const connecting = new Gate();
    @Module({
      imports: [reports(journal)],
      providers: [{ provide: 'CONNECTION', useFactory: () => connecting.pass() }],
    })
    class SlowModule {}
    const world = await startLazy();
    const closer = hold(world, 'closing');
    const loading = world.loader.load(() => SlowModule);
    await connecting.reached();
    const closing = world.app.close();
    await closer.reached();
    expect(journal).toEqual([]);
    connecting.open();
    await loading;
    await until('what it has missed is called', () => journal.length === 3);
    closer.open();
    await closing;
    expect(journal.toSorted()).toEqual(['close', 'leave', 'stop']);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean' });
  });

  it('that are never loaded keep nothing waiting', async () => {
    const world = await startLazy();
    const chunk = new Gate();
    const loading = world.loader.load(async () => {
      await chunk.pass();
      return reports([]);
    });
    await chunk.reached();
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean' });
    chunk.open();
    await loading;
  });

  it('have their gates in readiness', async () => {
    const state = { isUp: false };
    @Injectable()
    @ReadinessGate('reports')
    class ReportsGate {
      check(): boolean {
        return state.isUp;
      }
    }
    @Module({ providers: [ReportsGate] })
    class ReportsModule {}
    const { loader, shutdown } = await startLazy();
    await loader.load(() => ReportsModule);
    expect(await shutdown.readiness.check()).toMatchObject({ isReady: false, gates: { reports: 'down' } });
    state.isUp = true;
  });

  it('have what packages do in them followed', async () => {
    @Module({ imports: [ScheduleModule.forRoot()] })
    class ReportsModule {}
    const gate = new Gate();
    const { app, loader, shutdown } = await startLazy();
    const registry = (await loader.load(() => ReportsModule)).get(SchedulerRegistry, { strict: false });
    registry.addTimeout(
      'export',
      setTimeout(() => gate.pass() as unknown as void, 1),
    );
    await gate.reached();
    expect(shutdown.inFlight().items).toMatchObject([{ name: 'export' }]);
    gate.open();
    await app.close();
  });

  it('are loaded all the same where their hooks can never run, which is an error in the log', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Wrong {
      @OnGracefulShutdown()
      close(): void {}
    }
    @Module({ providers: [Wrong] })
    class WrongModule {}
    const { app, loader, logger, shutdown } = await startLazy();
    await loader.load(() => WrongModule);
    expect(logger.texts('error')).toEqual([expect.stringContaining('Wrong.close: its class is request-scoped')]);
    await app.close();
    expect(shutdown.report).toMatchObject({ hooks: [] });
  });

  it('reject as ever where they cannot be loaded, and then load', async () => {
    const { loader } = await startLazy();
    await expect(loader.load(() => Promise.reject(new Error('no such chunk')))).rejects.toThrow('no such chunk');
    const journal: string[] = [];
    expect(await loader.load(() => reports(journal))).toBeDefined();
  });

  it('have their hooks called with enabled: false, too', async () => {
    const journal: string[] = [];
    const { app, loader } = await startLazy({ options: { enabled: false } });
    await loader.load(() => reports(journal));
    await app.close();
    expect(journal).toContain('close');
  });
});
