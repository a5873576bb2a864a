import { until, watch } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { overTls } from '../support/secure-worlds.js';
import { startSignalled } from '../support/signalled-world.js';
import { connectionHeaders, hold, startTrafficWorld } from '../support/traffic-world.js';

/** A TLS record that announces a ClientHello of which nothing follows. */
const HALF_A_HANDSHAKE = '\x16\x03\x01\x02\x00\x01';

describe.each(ADAPTERS)('over TLS (%s)', (adapter) => {
  it('an idle kept-alive connection is served in lame duck, and told that it ends', async () => {
    const world = await startTrafficWorld(adapter, overTls(adapter));
    const gate = hold(world, 'lame-duck');
    const client = await RawClient.connectSecurely(world.url);
    client.ask('GET', '/');
    await client.until(/hello$/);
    expect(connectionHeaders(client.received)).not.toContain('close');
    const closing = world.app.close();
    await gate.reached();
    client.ask('GET', '/');
    await client.until(/hello[^]*hello$/);
    expect(connectionHeaders(client.received).at(-1)).toBe('close');
    await client.closed;
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 1 } });
  });

  it('only the last of pipelined answers says Connection: close, and all of them arrive', async () => {
    const world = await startTrafficWorld(adapter, overTls(adapter));
    const gate = hold(world, 'draining');
    const client = await RawClient.connectSecurely(world.url);
    client.ask('GET', '/slow?1');
    client.ask('GET', '/slow?2');
    await world.slow.reached(2);
    const closing = world.app.close();
    await gate.reached();
    client.ask('GET', '/slow?3');
    await world.slow.reached(3);
    world.slow.open();
    await client.until(/(slow[^]*){3}/);
    await client.closed;
    expect(connectionHeaders(client.received).map((header) => header === 'close')).toEqual([false, false, true]);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 3 } });
  });

  it('app.close() ends with idle connections, ones never used, half a handshake and half a head', async () => {
    const world = await startTrafficWorld(adapter, overTls(adapter));
    const gate = hold(world, 'closing');
    const silent = await RawClient.connect(world.url);
    const shaking = await RawClient.connect(world.url);
    shaking.send(HALF_A_HANDSHAKE);
    const [idle, unused, half] = await Promise.all([
      RawClient.connectSecurely(world.url),
      RawClient.connectSecurely(world.url),
      RawClient.connectSecurely(world.url),
    ]);
    idle.ask('GET', '/');
    await idle.until(/hello$/);
    half.send('GET /slow HTTP/1.1', 'Host: te');
    const closing = world.app.close();
    const state = watch(closing);
    await gate.reached();
    await Promise.all([silent, shaking, idle, unused, half].map(({ closed }) => closed));
    expect(state.isSettled).toBe(false);
    gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0 } });
  });

  it('half a handshake does not hold up the drain of a request, and outlives it', async () => {
    const world = await startTrafficWorld(adapter, overTls(adapter));
    const shaking = await RawClient.connect(world.url);
    shaking.send(HALF_A_HANDSHAKE);
    const client = await RawClient.connectSecurely(world.url);
    client.ask('GET', '/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    world.slow.open();
    await client.until(/slow$/);
    await Promise.all([client.closed, shaking.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('a client that connected before the drain and shakes hands while it lingers is served', async () => {
    const world = await startSignalled(() => startTrafficWorld(adapter, overTls(adapter)));
    const client = await RawClient.connect(world.url);
    await until('it is accepted', () => world.accepted() === 1);
    const ended = world.terminate();
    await until('it drains', () => world.shutdown.phase === 'draining');
    const secured = await client.secure();
    secured.ask('GET', '/');
    await secured.until(/hello$/);
    await ended;
  });

  it('requests that are never answered get a well-formed 503 at the deadline of the drain', async () => {
    const world = await startTrafficWorld(adapter, { ...overTls(adapter), options: { drainTimeout: '50ms' } });
    const client = await RawClient.connectSecurely(world.url);
    client.ask('GET', '/slow');
    await world.slow.reached();
    await world.app.close();
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 503 [^]*"code":"INTERRUPTED"/);
    expect(connectionHeaders(client.received)).toEqual(['close']);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { interrupted: [{ name: 'GET /slow' }] },
    });
  });
});
