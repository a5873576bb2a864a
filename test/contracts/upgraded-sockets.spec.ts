import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { OnGracefulShutdown } from 'nestjs-lifecycle';
import { WebSocketServer } from 'ws';
import { turns, until } from '../support/event-loop.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { type Adapter, ADAPTERS, type HttpAppParts, urlOf } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { overTls } from '../support/secure-worlds.js';
import { SocketIoClient } from '../support/socket-io-client.js';
import { killAfterTest } from '../support/started-programs.js';
import { hold, startTrafficWorld, type TrafficWorld } from '../support/traffic-world.js';
import { WsClient } from '../support/ws-client.js';

const GONE = { code: 1001, reason: 'moving on' };
const CUT = { code: 1006, reason: '' };

/** A WebSocket server of the application's own: no gateway, nothing that Nest knows of. It says back what it hears. */
function serveWebSockets(server: NetServer): WebSocketServer {
  const chat = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.startsWith('/chat') !== true) return;
    chat.handleUpgrade(request, socket, head, (client) => {
      client.on('message', (data: Buffer) => client.send(data.toString()));
    });
  });
  return chat;
}

/** On a server that Nest does not know of, and we do. */
async function serveElsewhere({
  shutdown,
}: Pick<TrafficWorld, 'shutdown'>): Promise<{ readonly chat: WebSocketServer; readonly url: string }> {
  const server = createServer().listen(0, '127.0.0.1');
  killAfterTest({ kill: async () => void server.close() });
  await once(server, 'listening');
  const chat = serveWebSockets(server);
  shutdown.trackServer(server);
  return { chat, url: `${urlOf(server)}/chat` };
}

function closeAll(chat: WebSocketServer): void {
  for (const client of chat.clients) client.close(GONE.code, GONE.reason);
}

interface ChatWorld extends TrafficWorld {
  readonly chat: WebSocketServer;
  readonly chatUrl: string;
}

async function startChatWorld(adapter: Adapter, parts: HttpAppParts = {}): Promise<ChatWorld> {
  const world = await startTrafficWorld(adapter, parts);
  return { ...world, chat: serveWebSockets(world.server), chatUrl: `${world.url}/chat` };
}

/** The one line that names sockets nobody has closed. */
const warnings = ({ logger }: Pick<TrafficWorld, 'logger'>): string[] =>
  logger.texts('warn').filter((text) => text.includes('upgraded sockets'));

describe.each(ADAPTERS)('WebSockets of a server that is no gateway (%s)', (adapter) => {
  it('are no work: they are neither in flight nor waited for in the drain', async () => {
    const world = await startChatWorld(adapter);
    await WsClient.connect(world.chatUrl);
    await turns();
    expect(world.shutdown.inFlight()).toMatchObject({ total: 0 });
    const closing = hold(world, 'closing');
    const closed = world.app.close();
    await closing.reached();
    expect(world.shutdown.report).toBeUndefined();
    closing.open();
    await closed;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 0 } });
  });

  it.each(['lame-duck', 'draining', 'closing'] as const)('are closed by a hook in the phase %s', async (phase) => {
    const world = await startChatWorld(adapter);
    const clients = [await WsClient.connect(world.chatUrl), await WsClient.connect(world.chatUrl)];
    world.shutdown.register('chat', () => closeAll(world.chat), { phase });
    await world.app.close();
    for (const { closed } of clients) expect(await closed).toEqual(GONE);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      webSockets: { closed: 0, terminated: 0 },
      upgradedSockets: { closed: 2, terminated: 0 },
    });
    expect(warnings(world)).toEqual([]);
  });

  it("are closed by Nest's own hooks, which run when the drain is over", async () => {
    const chats: WebSocketServer[] = [];
    @Injectable()
    class Chat implements OnModuleDestroy, BeforeApplicationShutdown {
      @OnGracefulShutdown()
      announce(): void {
        for (const client of chats[0]?.clients ?? []) client.send('"soon"');
      }

      onModuleDestroy(): void {
        for (const client of chats[0]?.clients ?? []) client.send('"now"');
      }

      beforeApplicationShutdown(): void {
        for (const chat of chats) closeAll(chat);
      }
    }
    const world = await startChatWorld(adapter, { providers: [Chat] });
    chats.push(world.chat);
    const client = await WsClient.connect(world.chatUrl);
    await world.app.close();
    expect(await client.closed).toEqual(GONE);
    expect(client.received).toEqual(['soon', 'now']);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', upgradedSockets: { closed: 1, terminated: 0 } });
    expect(warnings(world)).toEqual([]);
  });

  it.each(['http:', 'https:'])("stay open for those hooks when the drain's time was up (%s)", async (protocol) => {
    const isSecure = protocol === 'https:';
    const world = await startChatWorld(adapter, {
      ...(isSecure && overTls(adapter)),
      options: { drainTimeout: '50ms' },
    });
    const client = await WsClient.connect(world.chatUrl.replace('http:', protocol));
    const closing = hold(world, 'closing');
    world.shutdown.register('chat', () => closeAll(world.chat), { priority: 90 });
    const other = isSecure ? await RawClient.connectSecurely(world.url) : await RawClient.connect(world.url);
    other.ask('GET', '/slow');
    await world.slow.reached();
    const closed = world.app.close();
    await closing.reached();
    await other.closed;
    expect(other.received).toMatch(/^HTTP\/1\.1 503 /);
    client.socket.send('"still here"');
    await until('it is said back', () => client.received.length === 1);
    expect(client.isOpen).toBe(true);
    closing.open();
    expect(await client.closed).toEqual(GONE);
    await closed;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      upgradedSockets: { closed: 1, terminated: 0 },
    });
    expect(warnings(world)).toEqual([]);
    world.slow.open();
  });

  it('are ended and named when nobody has closed them, without a query; the outcome is clean', async () => {
    const world = await startChatWorld(adapter);
    const clients = [
      await WsClient.connect(`${world.chatUrl}?token=secret`),
      await WsClient.connect(world.chatUrl),
      await WsClient.connect(`${world.chatUrl}/rooms/ada`),
    ];
    const left = await WsClient.connect(world.chatUrl);
    const drain = hold(world, 'draining');
    const closing = world.app.close();
    await drain.reached();
    left.socket.close();
    await left.closed;
    drain.open();
    await closing;
    for (const { closed } of clients) expect(await closed).toEqual(CUT);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      exitCode: 0,
      requests: { interrupted: [] },
      webSockets: { closed: 0, terminated: 0 },
      upgradedSockets: { closed: 1, terminated: 3 },
      leftBehind: [],
    });
    expect(warnings(world)).toEqual([
      expect.stringMatching(/: 2 × GET \/chat, GET \/chat\/\*\. .*in a hook; in Nest, .*@WebSocketGateway\(\)\.$/),
    ]);
  });

  it('are named when Nest ends them by force', async () => {
    const world = await startChatWorld(adapter, { nest: { forceCloseConnections: true } });
    const client = await WsClient.connect(world.chatUrl);
    await world.app.close();
    expect(await client.closed).toEqual(CUT);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', upgradedSockets: { closed: 0, terminated: 1 } });
    expect(warnings(world)).toHaveLength(1);
  });

  it('are ended with a server that only we are told of', async () => {
    const world = await startTrafficWorld(adapter);
    const { url } = await serveElsewhere(world);
    const client = await WsClient.connect(url);
    await world.app.close();
    expect(await client.closed).toEqual(CUT);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', upgradedSockets: { closed: 0, terminated: 1 } });
  });

  it('say goodbye on such a server, too, though Nest does not wait for it', async () => {
    const world = await startTrafficWorld(adapter);
    const { url, chat } = await serveElsewhere(world);
    const client = await WsClient.connect(url);
    world.shutdown.register('chat', () => closeAll(chat));
    await world.app.close();
    expect(await client.closed).toEqual(GONE);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', upgradedSockets: { closed: 1, terminated: 0 } });
  });

  it('are counted apart from those of gateways', async () => {
    const world = await startGatewayWorld(adapter);
    const { url } = await serveElsewhere(world);
    const own = await WsClient.connect(url);
    const ofGateway = await WsClient.connect(world.url);
    await world.app.close();
    expect(await own.closed).toEqual(CUT);
    expect(await ofGateway.closed).toMatchObject({ code: 1001 });
    expect(world.shutdown.report).toMatchObject({
      webSockets: { closed: 1, terminated: 0 },
      upgradedSockets: { closed: 0, terminated: 1 },
    });
  });

  it('are none of gateways whose peers do not answer', async () => {
    const world = await startGatewayWorld(adapter, { options: { drainTimeout: '200ms' } });
    const client = await WsClient.connect(world.url);
    // Reads nothing any more, so it never answers the close frame.
    client.socket.pause();
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      webSockets: { closed: 0, terminated: 1 },
      upgradedSockets: { closed: 0, terminated: 0 },
    });
    expect(warnings(world)).toEqual([]);
  });

  it.each(['websocket', 'upgraded', 'polling'] as const)('are none of socket.io (%s)', async (transport) => {
    const world = await startGatewayWorld(adapter, {}, { isSocketIo: true });
    const client = await SocketIoClient.connect(world.url, transport);
    await world.app.close();
    await client.disconnected;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { exemptCut: [] },
      webSockets: { closed: 1, terminated: 0 },
      upgradedSockets: { closed: 0, terminated: 0 },
    });
    expect(warnings(world)).toEqual([]);
  });
});

describe.each(ADAPTERS)('tunnels (%s)', (adapter) => {
  it('stay open until hooks have run, and are named without where they lead', async () => {
    const world = await startTrafficWorld(adapter, { options: { drainTimeout: '50ms' } });
    world.server.on('connect', (_request, socket: Duplex) => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.on('data', (data: Buffer) => socket.write(`back: ${data.toString()}`));
    });
    const client = await RawClient.connect(world.url);
    client.ask('CONNECT', 'db.internal:5432');
    await client.until(/Established/);
    const closing = hold(world, 'closing');
    const closed = world.app.close();
    await closing.reached();
    client.send('ping');
    await client.until(/back: ping$/);
    closing.open();
    await closed;
    await client.closed;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', upgradedSockets: { closed: 0, terminated: 1 } });
    expect(warnings(world)).toEqual([expect.stringContaining('closed: CONNECT. ')]);
  });
});
