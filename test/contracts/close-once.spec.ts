import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Server } from 'node:net';
import type {
  BeforeApplicationShutdown,
  INestApplication,
  OnApplicationShutdown,
  OnModuleDestroy,
} from '@nestjs/common';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { OnGracefulShutdown } from 'nestjs-lifecycle';
import { ADAPTERS, createHttpApp, type HttpAppParts, urlOf } from '../support/http-app.js';
import { HTTP2_KINDS, overTls, startHttp2World } from '../support/secure-worlds.js';

let seen: string[] = [];

/** Tells where Nest is on the way out. */
class Steps implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  @OnGracefulShutdown(80)
  closePool(): void {
    seen.push('pool');
  }

  onModuleDestroy(): void {
    seen.push('onModuleDestroy');
  }

  beforeApplicationShutdown(): void {
    seen.push('beforeApplicationShutdown');
  }

  onApplicationShutdown(): void {
    seen.push('onApplicationShutdown');
  }
}

/** As plain Nest has it: the server is closed between its second hook and its third. */
const EXPECTED = ['pool', 'onModuleDestroy', 'beforeApplicationShutdown', 'server closed', 'onApplicationShutdown'];

function watch(server: Server): Server {
  seen = [];
  return server.on('close', () => seen.push('server closed'));
}

/** Listens, is asked once, and closes. */
async function run(app: INestApplication, port = 0): Promise<void> {
  await app.listen(port, '127.0.0.1');
  // Of Node.
  const server = watch(app.getHttpServer() as Server);
  const socket = connect(Number(new URL(urlOf(server)).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  await app.close();
}

describe.each(ADAPTERS)("'close' of a server (%s)", (adapter) => {
  const kinds: [string, () => Pick<HttpAppParts, 'nest' | 'httpAdapter'>][] = [
    ['HTTP', () => ({})],
    ['HTTPS', () => overTls(adapter)],
  ];

  it.each(kinds)('comes once, and when Nest closes it: %s', async (_kind, over) => {
    const { app } = await createHttpApp(adapter, { ...over(), providers: [Steps] });
    await run(app);
    expect(seen).toEqual(EXPECTED);
  });

  it('comes once for each server of a hybrid application', async () => {
    const { app } = await createHttpApp(adapter, { providers: [Steps] });
    const micro = app.connectMicroservice<MicroserviceOptions>({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0, retryAttempts: 3, retryDelay: 1 },
    });
    await app.startAllMicroservices();
    const tcp = micro.unwrap<Server>();
    const closes: string[] = [];
    tcp.on('close', () => closes.push('closed')).on('listening', () => closes.push('listens again'));
    await run(app);
    expect([seen, closes]).toEqual([EXPECTED, ['closed']]);
  });

  it('calls the callback of a server that the application closes by itself, without an error', async () => {
    const results: unknown[] = [];
    class Closing implements OnModuleDestroy {
      server: Server | undefined;

      async onModuleDestroy(): Promise<void> {
        results.push(this.server?.address());
        await new Promise<void>((resolve) => {
          this.server?.close((error) => {
            results.push(error);
            resolve();
          });
        });
      }
    }
    const { app, shutdown, server } = await createHttpApp(adapter, { providers: [Closing] });
    await app.listen(0, '127.0.0.1');
    const own = createServer();
    shutdown.trackServer(own);
    await once(own.listen(0, '127.0.0.1'), 'listening');
    const address = own.address();
    app.get(Closing).server = own;
    await app.close();
    expect(results).toEqual([address, undefined]);
    expect([own.listening, server.listening]).toEqual([false, false]);
    // It is another listener from now on.
    await once(own.listen(0, '127.0.0.1'), 'listening');
    const socket = connect(Number(new URL(urlOf(own)).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    own.close();
  });
});

it("'close' of a server that was given to trackServer() comes once, when Nest has closed", async () => {
  const { app, shutdown } = await createHttpApp('express', { providers: [Steps] });
  await app.listen(0, '127.0.0.1');
  const own = createServer();
  shutdown.trackServer(own);
  await once(own.listen(0, '127.0.0.1'), 'listening');
  watch(own);
  const closed = once(own, 'close');
  await app.close();
  await closed;
  expect(seen).toEqual([...EXPECTED.filter((step) => step !== 'server closed'), 'server closed']);
});

it.each(HTTP2_KINDS)("'close' of a server of HTTP/2 comes once: %s", async (kind) => {
  const world = await startHttp2World(kind, { providers: [Steps] });
  watch(world.server);
  const client = await world.connect();
  client.session.close();
  await client.closed;
  await world.app.close();
  expect(seen).toEqual(EXPECTED);
});
