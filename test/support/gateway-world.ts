import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { type Observable, Subject } from 'rxjs';
import { LongLived, ShutdownSignal } from 'nestjs-lifecycle';
import { Gate } from './gate.js';
import { type Adapter, type HttpApp, type HttpAppParts, startHttpApp } from './http-app.js';

/** An application with a gateway, and what the test opens, writes and ends. */
export interface GatewayWorld extends HttpApp {
  /** Messages `slow` wait here. */
  readonly slow: Gate;
  /** Answers of `numbers`. */
  readonly numbers: Subject<number>;
  /** Answers of `feed`, which is long-lived. */
  readonly feed: Subject<number>;
  /** What `handleDisconnect` does. */
  readonly disconnect: { run: () => unknown; count: number };
  /** Signals of messages `listen`. */
  readonly signals: AbortSignal[];
}

export interface GatewayOptions {
  readonly port?: number;
  readonly gateway?: Record<string, unknown>;
  /** socket.io instead of ws. */
  readonly isSocketIo?: boolean;
}

/** Starts one; what is passed comes on top of it. */
export async function startGatewayWorld(
  adapter: Adapter,
  parts: HttpAppParts = {},
  { port = 0, gateway = {}, isSocketIo = false }: GatewayOptions = {},
): Promise<GatewayWorld> {
  const slow = new Gate();
  const numbers = new Subject<number>();
  const feed = new Subject<number>();
  const disconnect: GatewayWorld['disconnect'] = { run: () => undefined, count: 0 };
  const signals: AbortSignal[] = [];
  const relay = { release: (): void => undefined };

  @WebSocketGateway(port, gateway)
  class ChatGateway implements OnGatewayDisconnect {
    handleDisconnect(): unknown {
      relay.release();
      disconnect.count += 1;
      return disconnect.run();
    }

    @SubscribeMessage('echo')
    onEcho(@MessageBody() data: unknown): unknown {
      return { event: 'echoed', data };
    }

    @SubscribeMessage('slow')
    async onSlow(@MessageBody() data: unknown): Promise<unknown> {
      await slow.pass();
      return { event: 'slow done', data };
    }

    @SubscribeMessage('ask')
    async onAsk(@MessageBody() data: unknown): Promise<unknown> {
      await slow.pass();
      return { answer: data };
    }

    @SubscribeMessage('numbers')
    onNumbers(): Observable<unknown> {
      return numbers;
    }

    /** Runs until the next one has come, or the client has gone. */
    @SubscribeMessage('relay')
    async onRelay(): Promise<unknown> {
      relay.release();
      await new Promise<void>((resolve) => (relay.release = resolve));
      return { event: 'relayed' };
    }

    @SubscribeMessage('late numbers')
    async onLateNumbers(): Promise<Observable<unknown>> {
      await slow.pass();
      return numbers;
    }

    @LongLived()
    @SubscribeMessage('feed')
    onFeed(): Observable<unknown> {
      return feed;
    }

    @SubscribeMessage('listen')
    async onListen(@ShutdownSignal() signal: AbortSignal, @ConnectedSocket() _client: unknown): Promise<unknown> {
      signals.push(signal);
      await slow.pass();
      return { event: 'heard', data: signal.aborted };
    }
  }

  const { providers = [], prepare, ...rest } = parts;
  const world = await startHttpApp(adapter, {
    ...rest,
    providers: [ChatGateway, ...providers],
    prepare: (app) => {
      if (!isSocketIo) app.useWebSocketAdapter(new WsAdapter(app as INestApplicationContext));
      prepare?.(app);
    },
  });
  return { ...world, slow, numbers, feed, disconnect, signals };
}
