import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  Module,
  Scope,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { freePort } from '../support/free-port.js';
import { Gate } from '../support/gate.js';
import { closeAfterTest, startHttpApp } from '../support/http-app.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { SocketIoClient } from '../support/socket-io-client.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { WsClient } from '../support/ws-client.js';

const GONE = { code: 1001, reason: expect.any(String) as string };

@Injectable({ scope: Scope.REQUEST })
class Clients {
  readonly name = 'scoped';
}

describe('gateways of every kind', () => {
  it('of a pure microservice are drained too', async () => {
    const port = await freePort();
    const gate = new Gate();

    @WebSocketGateway(port)
    class ChatGateway {
      @SubscribeMessage('slow')
      async onSlow(): Promise<unknown> {
        await gate.pass();
        return 'slow';
      }
    }

    @Module({ imports: [GracefulShutdownModule.forRoot()], providers: [ChatGateway] })
    class Root {}

    const app = await NestFactory.createMicroservice<MicroserviceOptions>(Root, {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
      logger: new RecordingLogger(),
    });
    closeAfterTest(app);
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen();
    const client = await WsClient.connect(`http://127.0.0.1:${port}`);
    client.send('slow');
    await gate.reached();
    const shutdown = app.get(GracefulShutdown);
    expect(shutdown.inFlight()).toMatchObject({ total: 1, messages: 1 });
    const closing = app.close();
    const state = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    gate.open();
    expect(await client.closed).toEqual(GONE);
    expect(client.received).toEqual(['slow']);
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
  });

  it('on socket.io with a port of their own are drained too', async () => {
    const port = await freePort();
    const { app, slow, shutdown, logger } = await startGatewayWorld('express', {}, { port, isSocketIo: true });
    const client = await SocketIoClient.connect(`http://127.0.0.1:${port}`, 'polling');
    const answer: Promise<unknown> = client.socket.emitWithAck('ask', 1);
    await slow.reached();
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    slow.open();
    expect(await answer).toEqual({ answer: 1 });
    expect(await client.disconnected).toBe('io server disconnect');
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
    expect(logger.texts('error')).toEqual([]);
  });

  it('with interceptors, guards and pipes of their own are counted once', async () => {
    const gate = new Gate();

    @WebSocketGateway()
    @UseGuards({ canActivate: () => gate.pass().then(() => true) })
    @UseInterceptors({ intercept: (_context: ExecutionContext, next: CallHandler) => next.handle() })
    class GuardedGateway {
      @SubscribeMessage('ask')
      onAsk(): unknown {
        return 'answer';
      }
    }

    const { app, url, shutdown } = await startHttpApp('express', {
      providers: [GuardedGateway],
      prepare: (made) => made.useWebSocketAdapter(new WsAdapter(made)),
    });
    const client = await WsClient.connect(url);
    client.send('ask');
    await gate.reached();
    expect(shutdown.inFlight()).toMatchObject({ total: 1, messages: 1, handlers: 0 });
    const closing = app.close();
    gate.open();
    expect(await client.closed).toEqual(GONE);
    expect(client.received).toEqual(['answer']);
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });

  // Nest 11 makes no gateways anew.
  (NEST_MAJOR === 11 ? it.failing : it)('that are made anew for each client are counted too', async () => {
    const gate = new Gate();

    @WebSocketGateway()
    class ScopedGateway {
      constructor(@Inject(Clients) private readonly clients: Clients) {}

      @SubscribeMessage('ask')
      async onAsk(): Promise<unknown> {
        await gate.pass();
        return this.clients.name;
      }
    }

    const { app, url, shutdown } = await startHttpApp('express', {
      providers: [ScopedGateway, Clients],
      prepare: (made) => made.useWebSocketAdapter(new WsAdapter(made)),
    });
    const client = await WsClient.connect(url);
    client.send('ask');
    await gate.reached();
    expect(shutdown.inFlight().items).toMatchObject([{ kind: 'message', name: 'ScopedGateway.onAsk' }]);
    const closing = app.close();
    gate.open();
    expect(await client.closed).toEqual(GONE);
    expect(client.received).toEqual(['scoped']);
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });
});
