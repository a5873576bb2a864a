import { acceptsConnections } from '../../libs/lifecycle/src/traffic/wire/listener-handle.js';
import { turns, until } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import type { RawClient } from '../support/raw-client.js';
import { connectIdle, createLingering, startLingering } from '../support/lingering-world.js';
import { startSignalled } from '../support/signalled-world.js';

const warnings = ({ logger }: { readonly logger: { texts(level: 'warn'): string[] } }): string[] =>
  logger.texts('warn').filter((text) => text.includes('requests still came'));

const isOpen = ({ isClosed }: RawClient): boolean => !isClosed;

describe.each(ADAPTERS)('connections that bring one request after the other when all else is over (%s)', (adapter) => {
  it('have 2 s for it, and are closed then, told of in log and report', async () => {
    const { world, clock, ended } = await startLingering(adapter);
    const clients = await connectIdle(world, 30);
    const whenEnded = ended();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    let served = 0;
    while (world.shutdown.phase === 'draining' && served < clients.length) {
      const client = clients[served];
      client?.ask('GET', '/at-once');
      await client?.until(/connection: close[^]*at once$/i);
      served += 1;
      await clock.advance(220);
      await turns();
    }
    // 2 s, found out at one look of every 250 ms.
    expect(served).toBeGreaterThanOrEqual(10);
    expect(served).toBeLessThanOrEqual(12);
    await Promise.all(clients.map(({ closed }) => closed));
    expect(clients.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(await whenEnded).toMatchObject({
      exitCode: 0,
      report: {
        outcome: 'clean',
        requests: { drained: served, interrupted: [] },
        lateConnections: { requests: served, closed: clients.length - served },
      },
    });
    expect(warnings(world)).toEqual([
      `nothing else was in flight for 2s, and requests still came on open connections (${served} since the listener was ` +
        `closed): closed ${clients.length - served} idle connections`,
    ]);
  });

  it('gain nothing by requests that overlap; what has been read is answered', async () => {
    const { world, clock, ended } = await startLingering(adapter);
    const [first, second, idle, arriving] = await connectIdle(world, 4);
    const whenEnded = ended();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    await clock.advance(100);
    first?.ask('GET', '/slow');
    await world.slow.reached(1);
    await clock.advance(1000);
    second?.ask('GET', '/slow');
    await world.slow.reached(2);
    await clock.advance(1200);
    // Sent in the moment of the limit, when nothing of it has been read.
    arriving?.ask('GET', '/at-once');
    await clock.advance(250);
    expect(await arriving?.until(/at once$/)).toMatch(/connection: close/i);
    await idle?.closed;
    expect([first, second].every((client) => client !== undefined && isOpen(client))).toBe(true);
    world.slow.open();
    for (const client of [first, second]) expect(await client?.until(/slow$/)).toMatch(/connection: close/i);
    expect(await whenEnded).toMatchObject({
      report: { outcome: 'clean', requests: { drained: 3 }, lateConnections: { requests: 3, closed: 1 } },
    });
  });

  it('have as long as anything else is waited for', async () => {
    const { world, clock, ended } = await startLingering(adapter);
    const [early, late, later] = await connectIdle(world, 3);
    early?.ask('GET', '/slow');
    await world.slow.reached();
    const whenEnded = ended();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    await clock.advance(1);
    for (const client of [late, later]) {
      await clock.advance(5000);
      await turns();
      client?.ask('GET', '/at-once');
      await client?.until(/connection: close[^]*at once$/i);
    }
    world.slow.open();
    expect(await whenEnded).toMatchObject({
      report: { outcome: 'clean', requests: { drained: 3 }, lateConnections: { requests: 2, closed: 0 } },
    });
    expect(warnings(world)).toEqual([]);
  });
});

describe.each(ADAPTERS)('a request that comes when the time is up and others are being cut (%s)', (adapter) => {
  it('is refused before it begins, because nothing would wait for it', async () => {
    const { world, clock, ended } = await startLingering(adapter, { options: { drainTimeout: '1s' } });
    const [cut, late] = await connectIdle(world, 2);
    cut?.ask('GET', '/slow');
    await world.slow.reached();
    const whenEnded = ended();
    await until('the listener is closed', () => !acceptsConnections(world.server));
    await clock.advance(1000);
    expect(await cut?.until(/"code":"INTERRUPTED"/)).toMatch(/^HTTP\/1\.1 503 /);
    late?.ask('GET', '/slow');
    expect(await late?.until(/"code":"SHUTTING_DOWN"/)).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: /i);
    expect(world.slow.arrivals).toBe(1);
    await clock.advance(50);
    world.slow.open();
    expect(await whenEnded).toMatchObject({
      report: { outcome: 'interrupted', requests: { refused: 1, interrupted: [{ name: 'GET /slow' }] } },
    });
  });
});

describe.each(ADAPTERS)('a request that comes after the report of a service that is ended at once (%s)', (adapter) => {
  it('is refused before it begins, because no report names it, and what is left is told that it ends', async () => {
    const world = await startSignalled(() => createLingering(adapter));
    const [cut, late] = await connectIdle(world, 2);
    cut?.ask('GET', '/slow');
    await world.slow.reached();
    void world.terminate();
    // A second signal comes by somebody's hand, not together with the first.
    await world.processClock.advance('1s');
    const { report } = await world.terminate();
    expect(report).toMatchObject({ outcome: 'forced', requests: { interrupted: [{ name: 'GET /slow' }] } });
    expect(await cut?.until(/"code":"INTERRUPTED"/)).toMatch(/^HTTP\/1\.1 503 /);
    late?.ask('GET', '/slow');
    expect(await late?.until(/"code":"SHUTTING_DOWN"/)).toMatch(/^HTTP\/1\.1 503 /);
    expect(world.slow.arrivals).toBe(1);
    world.slow.open();
  });
});
