// A service with a gateway: PLATFORM=ws | socket.io, ADAPTER=express | fastify, OPTIONS=<JSON>.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { type OnGatewayDisconnect, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  OnGracefulShutdown,
} from 'nestjs-lifecycle';
import { createApp } from './create-app.js';

const { env } = process;

/** Long enough for a signal to come first. */
const ANSWER_MS = 600;

const LARGE = 24 * 1024 * 1024;

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

@WebSocketGateway()
class ChatGateway implements OnGatewayDisconnect {
  async handleDisconnect(): Promise<void> {
    await after(50);
    console.log('step: left');
  }

  @SubscribeMessage('ask')
  async onAsk(): Promise<unknown> {
    console.log('step: asked');
    await after(ANSWER_MS);
    return { event: 'answer', data: 'yours' };
  }

  /** For acknowledgements. */
  @SubscribeMessage('acknowledge')
  async onAcknowledge(): Promise<string> {
    console.log('step: asked');
    await after(ANSWER_MS);
    return 'yours';
  }

  /** More than the kernel takes while nobody reads. */
  @SubscribeMessage('large')
  onLarge(): unknown {
    console.log('step: answered');
    return { event: 'large', data: 'x'.repeat(LARGE) };
  }

  @OnGracefulShutdown(80)
  close(): void {
    console.log('step: closed');
  }
}

@Module({
  // What the tests pass are options.
  imports: [GracefulShutdownModule.forRoot(JSON.parse(env['OPTIONS'] ?? '{}') as GracefulShutdownOptions)],
  providers: [ChatGateway],
})
class ChatModule {}

async function main(): Promise<void> {
  const app = await createApp(ChatModule);
  if (env['PLATFORM'] !== 'socket.io') app.useWebSocketAdapter(new WsAdapter(app));
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}`));
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.listen(0, '127.0.0.1');
  // A TCP server's address is an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

void main();
