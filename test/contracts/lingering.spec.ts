import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import { Subject } from 'rxjs';
import { acceptsConnections } from '../../libs/lifecycle/src/traffic/wire/listener-handle.js';
import { turns, until, watch } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { ManualClock } from '../support/manual-clock.js';
import { connectIdle, createLingering as create, onManualClock } from '../support/lingering-world.js';
import { RawClient } from '../support/raw-client.js';
import { type Signalled, startSignalled } from '../support/signalled-world.js';
import type { TrafficWorld } from '../support/traffic-world.js';

describe.each(ADAPTERS)('idle connections that linger at the end of the drain (%s)', (adapter) => {
  it('are served although others are, at once, one after the other', async () => {
    const world = await startSignalled(() => create(adapter));
    const clients = await connectIdle(world, 4);
    const ended = world.terminate();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    for (const client of clients) {
      client.ask('GET', '/at-once');
      await client.until(/connection: close[^]*at once$/i);
    }
    expect(await ended).toMatchObject({
      exitCode: 0,
      report: { outcome: 'clean', requests: { inFlightAtStart: 0, drained: 4, interrupted: [] } },
    });
  });

  it('stay open for 250 ms after a signal, and no longer', async () => {
    const world: TrafficWorld & Signalled & { clock?: ManualClock } = await startSignalled(() =>
      onManualClock(() => create(adapter)),
    );
    const { clock = new ManualClock() } = world;
    const [client] = await connectIdle(world, 1);
    const ended = world.terminate();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    await clock.advance(249);
    await turns();
    expect([world.shutdown.phase, client?.isClosed]).toEqual(['draining', false]);
    await clock.advance(1);
    await client?.closed;
    expect(await ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean' } });
  });
});

describe.each(ADAPTERS)('app.close() by hand, in a test or before a reload (%s)', (adapter) => {
  it('closes idle connections without waiting for anything that takes time', async () => {
    const world = await onManualClock(() => create(adapter));
    const clients = await connectIdle(world, 3);
    await world.app.close();
    await Promise.all(clients.map(({ closed }) => closed));
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', durationMs: 0 });
  });

  it('answers what has arrived on them by then', async () => {
    const world = await onManualClock(() => create(adapter));
    const clients = await connectIdle(world, 3);
    const closing = world.app.close();
    for (const client of clients) client.ask('GET', '/at-once');
    await closing;
    for (const client of clients) expect(await client.until(/at once$/)).toMatch(/connection: close/i);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 3, interrupted: [] } });
  });

  it('waits for what is in flight all the same', async () => {
    const world = await onManualClock(() => create(adapter));
    const [client] = await connectIdle(world, 1);
    client?.ask('GET', '/slow');
    await world.slow.reached();
    const closing = world.app.close();
    const state = watch(closing);
    await until('the listener is closed', () => !acceptsConnections(world.server));
    await turns();
    expect(state.isSettled).toBe(false);
    world.slow.open();
    expect(await client?.until(/slow$/)).toMatch(/connection: close/i);
    await closing;
  });
});

describe.each(ADAPTERS)('the connection of an event stream (%s)', (adapter) => {
  it('ends with the stream, while others are still served, so that nobody comes back on it', async () => {
    const events = new Subject<MessageEvent>();
    @Controller()
    class NewsController {
      @Sse('news')
      news(): Subject<MessageEvent> {
        return events;
      }
    }
    const world = await onManualClock(() => create(adapter, { controllers: [NewsController] }));
    const [follower, other] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
    follower.ask('GET', '/news');
    await until('somebody follows', () => events.observed);
    other.ask('GET', '/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await follower.closed;
    expect(follower.error).toBeUndefined();
    expect(follower.received).toMatch(/retry: \d+\n\n\r\n0\r\n\r\n$/);
    expect(world.shutdown.phase).toBe('draining');
    world.slow.open();
    await other.until(/slow$/);
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 2, interrupted: [] } });
  });
});

describe.each(ADAPTERS)('app.close() with lingerOnClose (%s)', (adapter) => {
  it('leaves idle connections open for 250 ms, and serves what comes on them', async () => {
    const world = await onManualClock(() => create(adapter, { options: { lingerOnClose: true } }));
    const [client, other] = await connectIdle(world, 2);
    const closing = world.app.close();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    await world.clock.advance(249);
    await turns();
    client?.ask('GET', '/at-once');
    expect(await client?.until(/at once$/)).toMatch(/connection: close/i);
    await world.clock.advance(249);
    await turns();
    expect([world.shutdown.phase, other?.isClosed]).toEqual(['draining', false]);
    await world.clock.advance(1);
    await other?.closed;
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, interrupted: [] } });
  });

  it('takes no time where no connection is idle', async () => {
    const world = await onManualClock(() => create(adapter, { options: { lingerOnClose: true } }));
    const client = await RawClient.connect(world.url);
    client.ask('GET', '/at-once', 'Connection: close');
    await client.closed;
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', durationMs: 0 });
  });
});
