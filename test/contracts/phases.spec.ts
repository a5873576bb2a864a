import { Injectable } from '@nestjs/common';
import { type GracefulShutdown, OnGracefulShutdown, type Phase, PHASES, type ShutdownContext } from 'nestjs-lifecycle';
import { turns, until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, createHttpApp, startHttpApp } from '../support/http-app.js';

function record({ phase$ }: GracefulShutdown): { readonly phases: Phase[]; readonly isComplete: () => boolean } {
  const phases: Phase[] = [];
  let isComplete = false;
  phase$.subscribe({ next: (phase) => phases.push(phase), complete: () => void (isComplete = true) });
  return { phases, isComplete: () => isComplete };
}

describe.each(ADAPTERS)('phases (%s)', (adapter) => {
  it('pass in order, each once, and end the stream of them', async () => {
    const { app, shutdown } = await createHttpApp(adapter, {});
    const { phases, isComplete } = record(shutdown);
    await app.listen(0, '127.0.0.1');
    expect(phases).toEqual(['starting', 'ready']);
    expect([shutdown.phase, shutdown.isShuttingDown]).toEqual(['ready', false]);
    await app.close();
    expect(phases).toEqual(PHASES);
    expect(isComplete()).toBe(true);
    expect([shutdown.phase, shutdown.isShuttingDown]).toEqual(['stopped', true]);
    expect(shutdown.report?.phases.map(({ phase }) => phase)).toEqual(PHASES.slice(0, -1));
    const later = record(shutdown);
    expect([later.phases, later.isComplete()]).toEqual([['stopped'], true]);
  });

  it('are passed once, although who hears of them closes the application again', async () => {
    const { app, shutdown } = await startHttpApp(adapter, {});
    const closings: Promise<void>[] = [];
    shutdown.phase$.subscribe((phase) => {
      if (phase === 'lame-duck') closings.push(app.close());
    });
    const { phases } = record(shutdown);
    await app.close();
    await Promise.all(closings);
    expect(closings).toHaveLength(1);
    expect(phases).toEqual(PHASES.slice(1));
  });

  it('end at the budget when a hook blocks past it, and the hooks behind it run all the same', async () => {
    const calls: string[] = [];
    const { app, shutdown } = await startHttpApp(adapter, { options: { gracePeriod: '40ms' } });
    const block = (): void => {
      const until = performance.now() + 80;
      while (performance.now() < until);
      calls.push('blocked');
    };
    shutdown.register('blocks', block, { phase: 'lame-duck' });
    shutdown.register('database', () => void calls.push('closed'), { priority: 80 });
    await app.close();
    expect(calls).toEqual(['blocked', 'closed']);
    expect(shutdown.phase).toBe('stopped');
    expect(shutdown.report).toMatchObject({ outcome: 'forced', late: true });
  });

  it('are what hooks are told and are called in', async () => {
    const told: unknown[] = [];
    @Injectable()
    class Hooks {
      @OnGracefulShutdown({ phase: 'closing' })
      closing(context: ShutdownContext): void {
        told.push([context.phase, context.reason, context.signal.aborted]);
      }

      @OnGracefulShutdown({ phase: 'draining' })
      draining(context: ShutdownContext): void {
        told.push([context.phase, context.reason, context.signal.aborted]);
      }

      @OnGracefulShutdown({ phase: 'lame-duck' })
      lameDuck(context: ShutdownContext): void {
        told.push([context.phase, context.reason, context.signal.aborted]);
      }
    }
    const { app } = await startHttpApp(adapter, { providers: [Hooks] });
    await app.close();
    expect(told).toEqual(['lame-duck', 'draining', 'closing'].map((phase) => [phase, 'app.close()', false]));
  });
});

describe.each(ADAPTERS)('progress() (%s)', (adapter) => {
  it('tells the phase, the time left, what is in flight, how many hooks are done, and what is waited for', async () => {
    const { app, shutdown } = await startHttpApp(adapter, { options: { gracePeriod: '20s' } });
    const gate = new Gate();
    shutdown.register('first', () => undefined, { priority: 10 });
    shutdown.register('second', () => gate.pass(), { priority: 20 });
    expect(shutdown.progress()).toMatchObject({
      phase: 'ready',
      remainingMs: 18_000,
      inFlight: { total: 0 },
      hooks: { total: 2, done: 0 },
      waitingFor: [],
    });

    const task = shutdown.track('import');
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    const draining = shutdown.progress();
    expect(draining).toMatchObject({
      phase: 'draining',
      inFlight: { total: 1, tasks: 1 },
      hooks: { total: 2, done: 0 },
      waitingFor: ['import'],
    });
    expect(draining.remainingMs).toBeLessThanOrEqual(18_000);

    task.done();
    await gate.reached();
    expect(shutdown.progress()).toMatchObject({
      phase: 'closing',
      hooks: { total: 2, done: 1 },
      waitingFor: ['hook second'],
    });
    gate.open();
    await closing;
    expect(shutdown.progress()).toMatchObject({ phase: 'stopped', hooks: { total: 2, done: 2 }, waitingFor: [] });
  });
});

describe.each(ADAPTERS)('register() (%s)', (adapter) => {
  it('while draining waits for its turn in closing', async () => {
    const { app, shutdown } = await startHttpApp(adapter, {});
    const task = shutdown.track('task');
    const closer = jest.fn<void, []>();
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    shutdown.register('late', closer);
    await turns();
    expect(closer).not.toHaveBeenCalled();
    task.done();
    await closing;
    expect(closer).toHaveBeenCalledTimes(1);
    expect(shutdown.report?.hooks).toMatchObject([{ name: 'late', phase: 'closing', result: 'done' }]);
  });

  it('while closing runs at once, and is waited for', async () => {
    const { app, shutdown } = await startHttpApp(adapter, {});
    const hold = new Gate();
    const late = new Gate();
    shutdown.register('hold', () => hold.pass());
    const closing = app.close();
    await hold.reached();
    shutdown.register('late', () => late.pass());
    expect(late.arrivals).toBe(1);
    hold.open();
    await turns();
    expect(shutdown.report).toBeUndefined();
    late.open();
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      hooks: [
        { name: 'hold', result: 'done' },
        { name: 'late', result: 'done' },
      ],
    });
  });

  it('returns its own undo, by call or at the end of a block', async () => {
    const { app, shutdown } = await startHttpApp(adapter, {});
    const closer = jest.fn<void, []>();
    const undo = shutdown.register('called', closer);
    undo();
    {
      using _registration = shutdown.register('in a block', closer);
    }
    await app.close();
    expect(closer).not.toHaveBeenCalled();
    expect(shutdown.report?.hooks).toEqual([]);
  });
});
