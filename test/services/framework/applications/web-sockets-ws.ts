import { type ArgumentsHost, Catch, type ExceptionFilter, UseFilters, UsePipes, ValidationPipe } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
} from '@nestjs/websockets';
import { from, map, type Observable } from 'rxjs';
import { type WebSocket, type WebSocketServer as Server } from 'ws';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange } from '../run/exchanges.js';
import { converse } from '../run/ws-conversation.js';

export const application: FrameworkApplication = {
  shows: 'WebSockets with ws: answers, streams of answers, broadcasts, exceptions, the life of connections',
  kinds: HTTP,
  module: ({ journal }) => {
    @Catch(WsException)
    class SendingFilter implements ExceptionFilter<WsException> {
      catch(exception: WsException, host: ArgumentsHost): void {
        const client = host.switchToWs().getClient<WebSocket>();
        client.send(JSON.stringify({ event: 'failed', data: exception.message }));
      }
    }
    @WebSocketGateway({ path: '/events' })
    class EventsGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
      @WebSocketServer()
      readonly server?: Server;

      afterInit = (): void => journal.note('gateway ready');
      handleConnection = (): void => journal.note('connected');
      handleDisconnect = (): void => journal.note('disconnected');

      @SubscribeMessage('echo')
      echo(@MessageBody() data: unknown): object {
        journal.note('echo');
        return { event: 'echoed', data };
      }

      @SubscribeMessage('count')
      count(): Observable<object> {
        return from([1, 2, 3]).pipe(map((data) => ({ event: 'counted', data })));
      }

      @SubscribeMessage('everybody')
      everybody(@ConnectedSocket() client: WebSocket): void {
        client.send(JSON.stringify({ event: 'how many', data: this.server?.clients.size }));
      }

      @UsePipes(new ValidationPipe())
      @UseFilters(new SendingFilter())
      @SubscribeMessage('broken')
      broken(): never {
        throw new WsException('broken on purpose');
      }
    }
    return { providers: [EventsGateway] };
  },
  prepare: (app) => {
    app.useWebSocketAdapter(new WsAdapter(app));
  },
  exchanges: [
    exchange('a conversation', ({ url, journal }) =>
      converse(`${url.replace('http', 'ws')}/events`, journal, [
        [{ event: 'echo', data: { a: 1 } }, 1],
        [{ event: 'count' }, 3],
        [{ event: 'everybody' }, 1],
        [{ event: 'unknown' }, 0],
        [{ event: 'broken' }, 1],
      ]),
    ),
  ],
};
