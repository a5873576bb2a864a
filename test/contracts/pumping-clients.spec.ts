import type { Socket } from 'node:net';
import { turns } from '../support/event-loop.js';
import { type Adapter, ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { overTls } from '../support/secure-worlds.js';
import { connectionHeaders, hold, startTrafficWorld, type TrafficWorld } from '../support/traffic-world.js';

const PROTOCOLS = ['HTTP', 'HTTPS'] as const;
type Protocol = (typeof PROTOCOLS)[number];

/** What a client sends that takes no notice of what it is told. */
const PUMPED = {
  'request after request': 'GET / HTTP/1.1\r\nHost: test\r\n\r\n'.repeat(1000),
  'upload after upload':
    `POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(1000)}`.repeat(50),
  // Of 8 GB, which end when the connection does.
  'one endless upload': `POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 8000000000\r\n\r\n${'x'.repeat(50_000)}`,
} as const;

/** Some reads of 64 KB each, before Node lets go of the socket. A client that is not held sends this in a moment. */
const MOST_READ = 1024 * 1024;
/** So many turns in which nothing more was read: nothing more will be. */
const QUIET_TURNS = 100;

interface Pumping {
  readonly world: TrafficWorld;
  readonly client: RawClient;
  /** What the requests are read from, at the server. */
  readonly socket: () => Socket;
}

async function start(adapter: Adapter, protocol: Protocol): Promise<Pumping> {
  const isSecure = protocol === 'HTTPS';
  const world = await startTrafficWorld(adapter, isSecure ? overTls(adapter) : {});
  const sockets: Socket[] = [];
  world.server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => sockets.push(socket));
  const client = isSecure ? await RawClient.connectSecurely(world.url) : await RawClient.connect(world.url);
  await world.connected();
  const socket = (): Socket => {
    const [only] = sockets;
    if (only === undefined) throw new Error('nobody has connected');
    return only;
  };
  return { world, client, socket };
}

/** As fast as the server takes it, and no faster, until the connection is gone. */
async function pump(client: RawClient, text: string): Promise<void> {
  while (!client.isClosed) {
    await client.sendAll(text);
    await turns(1);
  }
}

/** Waits until the server has stopped reading; how much it has read by then, or more than it ever should. */
async function readUntilHeld(socket: Socket): Promise<number> {
  for (let [read, quiet] = [0, 0]; quiet < QUIET_TURNS && read <= MOST_READ; quiet += 1) {
    await turns(1);
    if (socket.bytesRead > read) [read, quiet] = [socket.bytesRead, 0];
  }
  return socket.bytesRead;
}

describe.each(ADAPTERS)('a client that sends on behind the answer that ends its connection (%s)', (adapter) => {
  describe.each(PROTOCOLS)('over %s', (protocol) => {
    it.each(Object.entries(PUMPED))('is held, and the service leaves clean: %s', async (_name, text) => {
      const { world, client, socket } = await start(adapter, protocol);
      const gate = hold(world, 'lame-duck');
      const closing = world.app.close();
      await gate.reached();
      client.ask('GET', '/download');
      world.download.write('begun');
      await client.until(/begun/);
      expect(connectionHeaders(client.received)).toEqual(['close']);
      client.pause();
      const before = socket().bytesRead;
      const pumping = pump(client, text);
      expect((await readUntilHeld(socket())) - before).toBeLessThan(MOST_READ);
      // The answer flows on, and the client goes on sending.
      world.download.write('going on');
      expect((await readUntilHeld(socket())) - before).toBeLessThan(MOST_READ);
      expect([client.isClosed, world.shutdown.inFlight().total]).toEqual([false, 1]);
      gate.open();
      world.download.end();
      await closing;
      await pumping;
      expect(world.shutdown.report).toMatchObject({
        outcome: 'clean',
        requests: { inFlightAtStart: 0, drained: 1, refused: 0, interrupted: [] },
      });
    });
  });
});
