// A service with a WebSocket server that is no gateway: ADAPTER=express | fastify, CLOSES=yes | no, OPTIONS=<JSON>.
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Injectable, Module } from '@nestjs/common';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  OnGracefulShutdown,
} from 'nestjs-lifecycle';
import { type WebSocket, WebSocketServer } from 'ws';
import { createApp } from './create-app.js';

const { env } = process;

@Injectable()
class Feed {
  readonly #server = new WebSocketServer({ noServer: true });

  serveOn(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#server.handleUpgrade(request, socket, head, (client: WebSocket) => client.send('"welcome"'));
    });
  }

  @OnGracefulShutdown(80)
  close(): void {
    console.log(`step: ${this.#server.clients.size} open`);
    if (env['CLOSES'] === 'yes') for (const client of this.#server.clients) client.close(1001, 'moving on');
  }
}

@Module({
  // What the tests pass are options.
  imports: [GracefulShutdownModule.forRoot(JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions)],
  providers: [Feed],
})
class FeedModule {}

async function main(): Promise<void> {
  const app = await createApp(FeedModule);
  app.enableShutdownHooks();
  const server = app.getHttpServer() as Server;
  app.get(Feed).serveOn(server);
  const shutdown = app.get(GracefulShutdown);
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.listen(0, '127.0.0.1');
  // A TCP server's address is an object.
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
}

void main();
