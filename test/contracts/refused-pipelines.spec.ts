import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { turns, until } from '../support/event-loop.js';
import { type Adapter, ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { connectionHeaders, hold, startTrafficWorld, type TrafficWorld } from '../support/traffic-world.js';

/** An application that drains, because one request is in flight, and refuses what comes late. */
async function startDraining(adapter: Adapter) {
  const world = await startTrafficWorld(adapter, { options: { lateRequests: 'refuse' } });
  const [slow, late] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
  slow.ask('GET', '/slow');
  await world.slow.reached();
  const closing = world.app.close();
  await until('it drains', () => world.shutdown.phase === 'draining');
  await turns();
  const finish = async (): Promise<void> => {
    world.slow.open();
    await Promise.all([slow.closed, late.closed, closing]);
  };
  return { world, late, finish };
}

describe.each(ADAPTERS)("lateRequests: 'refuse' (%s)", (adapter) => {
  it('answers all of several pipelined requests, and only the last answer ends the connection', async () => {
    const { world, late, finish } = await startDraining(adapter);
    late.send('GET /a HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
    await finish();
    expect(late.received.match(/HTTP\/1\.1 503 /g)).toHaveLength(3);
    expect(connectionHeaders(late.received).map((header) => header === 'close')).toEqual([false, false, true]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, refused: 3 } });
  });

  it('does not invite anybody to send a body that it would not take', async () => {
    const { world, late, finish } = await startDraining(adapter);
    late.ask('POST', '/upload', 'Content-Length: 10', 'Expect: 100-continue');
    await late.until(/"SHUTTING_DOWN"/);
    expect(late.received).toMatch(/^HTTP\/1\.1 503 /);
    late.send('1234567890');
    await finish();
    expect(world.shutdown.report).toMatchObject({ requests: { refused: 1 } });
  });

  it('goes on inviting those whose requests are exempt', async () => {
    const world = await startTrafficWorld(adapter, { options: { lateRequests: 'refuse', exempt: ['/upload'] } });
    const [slow, exempt] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
    slow.ask('GET', '/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    const type = 'Content-Type: application/octet-stream';
    exempt.ask('POST', '/upload', type, 'Content-Length: 10', 'Expect: 100-continue');
    await exempt.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    exempt.send('1234567890');
    await exempt.until(/HTTP\/1\.1 201 [^]*10 bytes$/);
    world.slow.open();
    await Promise.all([slow.closed, closing]);
    expect(world.shutdown.report).toMatchObject({ requests: { drained: 1, refused: 0 } });
  });
});

describe.each(ADAPTERS)("lateRequests: 'refuse' on a connection with a request in flight (%s)", (adapter) => {
  it('answers both: the one in flight, then the late one with 503, and only that one ends the connection', async () => {
    const world = await startTrafficWorld(adapter, { options: { lateRequests: 'refuse' } });
    const client = await RawClient.connect(world.url);
    client.ask('GET', '/slow');
    await world.slow.reached();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    client.ask('GET', '/');
    await turns();
    world.slow.open();
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 200 [^]*slowHTTP\/1\.1 503 [^]*"SHUTTING_DOWN"/);
    expect(connectionHeaders(client.received).map((header) => header === 'close')).toEqual([false, true]);
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, refused: 1 } });
  });
});

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: chat\r\n';
const PROTOCOLS = [
  ['a WebSocket', `GET /chat HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`],
  ['a tunnel', 'CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n'],
] as const;

describe.each(ADAPTERS)("lateRequests: 'refuse' of a request for another protocol (%s)", (adapter) => {
  const letIn = (world: TrafficWorld): string[] => {
    const urls: string[] = [];
    for (const event of ['upgrade', 'connect']) {
      world.server.on(event, ({ url = '' }: IncomingMessage, socket: Socket) => {
        urls.push(url);
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nlet in');
      });
    }
    return urls;
  };

  it.each(PROTOCOLS)('refuses %s alone, and behind a request that is refused', async (_what, asking) => {
    const { world, late, finish } = await startDraining(adapter);
    const urls = letIn(world);
    const alone = await RawClient.connect(world.url);
    alone.send(asking);
    await alone.closed;
    late.send(`GET /a HTTP/1.1\r\nHost: x\r\n\r\n${asking}`);
    await finish();
    for (const { received } of [alone, late]) expect(received).not.toContain('let in');
    expect(alone.received).toMatch(/^HTTP\/1\.1 503 [^]*"SHUTTING_DOWN"[^]*$/);
    expect(late.received.match(/HTTP\/1\.1 503 /g)).toHaveLength(2);
    expect(connectionHeaders(late.received)).toEqual(['keep-alive', 'close']);
    expect([late.error, urls]).toEqual([undefined, []]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, refused: 3 } });
  });

  it.each(PROTOCOLS)('refuses %s behind one in flight, which is answered to its end', async (_what, asking) => {
    const world = await startTrafficWorld(adapter, { options: { lateRequests: 'refuse' } });
    const urls = letIn(world);
    const [client, loader] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
    client.ask('GET', '/slow');
    await world.slow.reached();
    loader.ask('GET', '/download');
    world.download.write('first, ');
    await loader.until(/first, /);
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    for (const asker of [client, loader]) asker.send(asking);
    await turns();
    world.slow.open();
    world.download.end('last');
    await Promise.all([client.closed, loader.closed]);
    expect(client.received).toMatch(/^HTTP\/1\.1 200 [^]*slowHTTP\/1\.1 503 [^]*"SHUTTING_DOWN"/);
    // Its head was sent before anything was known of a shutdown.
    expect(loader.received).toMatch(/^HTTP\/1\.1 200 [^]*first, [^]*last[^]*HTTP\/1\.1 503 [^]*"SHUTTING_DOWN"/);
    await closing;
    expect(urls).toEqual([]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 2, refused: 2 } });
  });

  it.each(PROTOCOLS)('does not look at %s behind an answer that ends its connection', async (_what, asking) => {
    const world = await startTrafficWorld(adapter);
    const urls = letIn(world);
    const hook = hold(world, 'lame-duck');
    const closing = world.app.close();
    await hook.reached();
    const client = await RawClient.connect(world.url);
    client.ask('GET', '/download');
    world.download.write('first, ');
    await client.until(/first, /);
    client.send(asking);
    await turns();
    world.download.end('last');
    await client.closed;
    expect(client.received).toMatch(/connection: close[^]*first, [^]*last/i);
    expect(client.received).not.toContain('let in');
    hook.open();
    await closing;
    expect(urls).toEqual([]);
  });
});
