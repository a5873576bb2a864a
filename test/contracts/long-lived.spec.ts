import { Controller, Get, Scope } from '@nestjs/common';
import { type InFlight, LongLived, ShutdownSignal } from 'nestjs-lifecycle';
import { turns, until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, type HttpApp, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';

interface World extends HttpApp {
  /** By path: the signals its handlers were given. */
  readonly signals: ReadonlyMap<string, readonly AbortSignal[]>;
  /** Handlers of `/short` wait here. */
  readonly gate: Gate;
}

async function startWorld(adapter: Adapter): Promise<World> {
  const signals = new Map<string, AbortSignal[]>();
  const gate = new Gate();
  const keep = (path: string, signal: AbortSignal): void => {
    signals.set(path, [...(signals.get(path) ?? []), signal]);
  };
  /** As a long poll does: there is nothing new until there is, or it is time to go. */
  const poll = async (path: string, signal: AbortSignal): Promise<string> => {
    keep(path, signal);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return 'nothing new';
  };

  @Controller()
  class MixedController {
    @LongLived()
    @Get('watch/:topic')
    watch(@ShutdownSignal() signal: AbortSignal): Promise<string> {
      return poll('/watch', signal);
    }

    @Get('short')
    async short(@ShutdownSignal() signal: AbortSignal): Promise<string> {
      keep('/short', signal);
      await gate.pass();
      return 'done';
    }
  }

  @LongLived()
  @Controller({ path: 'changes', scope: Scope.REQUEST })
  class ChangesController {
    @Get('orders')
    orders(@ShutdownSignal() signal: AbortSignal): Promise<string> {
      return poll('/changes/orders', signal);
    }

    @Get('stock')
    stock(@ShutdownSignal() signal: AbortSignal): Promise<string> {
      return poll('/changes/stock', signal);
    }
  }

  const world = await startHttpApp(adapter, { controllers: [MixedController, ChangesController] });
  return { ...world, signals, gate };
}

const given = ({ signals }: World, path: string, count = 1): Promise<void> =>
  until(`${path} has its signal`, () => (signals.get(path)?.length ?? 0) >= count);

const aborted = ({ signals }: World, path: string): boolean[] => (signals.get(path) ?? []).map((one) => one.aborted);

const longLived = ({ items }: InFlight): unknown[] => items.map(({ name, isLongLived }) => [name, isLongLived]);

describe.each(ADAPTERS)('a @LongLived() request (%s)', (adapter) => {
  it.each([
    ['of a method', '/watch/orders', '/watch', 'GET /watch/:topic'],
    ['of a class', '/changes/orders', '/changes/orders', 'GET /changes/orders'],
    ['of a class, another method', '/changes/stock', '/changes/stock', 'GET /changes/stock'],
  ])('%s is told when the drain begins, which others are not, and drains with its answer', async (...row) => {
    const [, url, path, name] = row;
    const world = await startWorld(adapter);
    const { app, shutdown, gate } = world;
    const poll = ask(world.url, url);
    await given(world, path);
    const short = ask(world.url, '/short');
    await gate.reached();
    expect(longLived(shutdown.inFlight())).toEqual([
      [name, true],
      ['GET /short', undefined],
    ]);
    const duck = new Gate();
    shutdown.register('hold', () => duck.pass(), { phase: 'lame-duck' });
    const closing = app.close();
    await duck.reached();
    await turns();
    expect(aborted(world, path)).toEqual([false]);
    duck.open();
    expect(await poll).toMatchObject({ status: 200, body: 'nothing new' });
    await turns();
    expect(shutdown.phase).toBe('draining');
    expect(aborted(world, '/short')).toEqual([false]);
    gate.open();
    expect(await short).toMatchObject({ status: 200 });
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 2, drained: 2, interrupted: [] },
    });
  });

  it('that comes during the drain, on a connection that is kept, is told at once', async () => {
    const world = await startWorld(adapter);
    const { app, shutdown, gate } = world;
    const kept = await RawClient.connect(world.url);
    kept.ask('GET', '/nowhere');
    await kept.until(/^HTTP\/1\.1 404 [^]*}$/);
    const short = ask(world.url, '/short');
    await gate.reached();
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    kept.ask('GET', '/watch/orders');
    await kept.until(/HTTP\/1\.1 200 [^]*nothing new$/);
    // Not because everybody's time is up.
    expect([shutdown.phase, aborted(world, '/short')]).toEqual(['draining', [false]]);
    gate.open();
    await short;
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 2 } });
  });

  it('is told although nobody waits for it', async () => {
    const heard: boolean[] = [];
    @Controller()
    class WatchController {
      @LongLived()
      @Get('metrics')
      async watch(@ShutdownSignal() signal: AbortSignal): Promise<string> {
        heard.push(signal.aborted);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        heard.push(signal.aborted);
        return 'nothing new';
      }
    }
    const { app, url, shutdown } = await startHttpApp(adapter, { controllers: [WatchController] });
    const answer = ask(url, '/metrics');
    await until('it watches', () => heard.length === 1);
    expect(shutdown.inFlight().total).toBe(0);
    await app.close();
    expect(await answer).toMatchObject({ status: 200, body: 'nothing new' });
    expect(heard).toEqual([false, true]);
  });
});
