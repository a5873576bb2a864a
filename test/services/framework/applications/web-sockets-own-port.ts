import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, type OnGatewayDisconnect, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Controller, Get } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange, get } from '../run/exchanges.js';
import { converse } from '../run/ws-conversation.js';

export const application: FrameworkApplication = {
  shows: 'WebSockets with ws on a port of their own, beside HTTP',
  kinds: HTTP,
  ports: 1,
  module: ({ journal, ports: [port = 0] }) => {
    @WebSocketGateway(port)
    class OwnPortGateway implements OnGatewayDisconnect {
      handleDisconnect = (): void => journal.note('disconnected');

      @SubscribeMessage('add')
      async add(@MessageBody() numbers: number[]): Promise<object> {
        return { event: 'sum', data: numbers.reduce((sum, number) => sum + number, 0) };
      }
    }
    @Controller()
    class HomeController {
      @Get()
      home(): string {
        return 'home';
      }
    }
    return { controllers: [HomeController], providers: [OwnPortGateway] };
  },
  prepare: (app) => {
    app.useWebSocketAdapter(new WsAdapter(app));
  },
  exchanges: [
    get('/'),
    exchange('a conversation', ({ journal, ports: [port] }) =>
      converse(`ws://127.0.0.1:${port}`, journal, [[{ event: 'add', data: [1, 2, 3] }, 1]]),
    ),
  ],
};
