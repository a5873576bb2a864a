import { once } from 'node:events';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
} from '@nestjs/websockets';
import { io, type Socket as Client } from 'socket.io-client';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange } from '../run/exchanges.js';
import { type Journal } from '../run/journal.js';

interface Room {
  to(room: string): { emit(event: string, data: unknown): void };
}
interface Socket {
  readonly handshake: { readonly auth: { readonly name?: string } };
  join(room: string): Promise<void> | void;
}

async function connected(url: string, transports: string[]): Promise<Client> {
  const client = io(url, { transports, forceNew: true, auth: { name: 'Ada' }, reconnection: false });
  await once(client as never, 'connect');
  return client;
}

async function leave(client: Client, journal: Journal): Promise<void> {
  const before = journal.lines.filter((line) => line === 'disconnected').length;
  client.disconnect();
  await journal.until('disconnected', before + 1);
}

export const application: FrameworkApplication = {
  shows: 'WebSockets with socket.io: namespaces, rooms, acknowledgements, exceptions, long polling',
  kinds: HTTP,
  module: ({ journal }) => {
    @WebSocketGateway({ namespace: 'chat', cors: { origin: '*' } })
    class ChatGateway implements OnGatewayConnection<Socket>, OnGatewayDisconnect {
      @WebSocketServer()
      readonly namespace?: Room;

      handleConnection = ({ handshake }: Socket): void => journal.note(`connected ${String(handshake.auth.name)}`);
      handleDisconnect = (): void => journal.note('disconnected');

      @SubscribeMessage('join')
      async join(@ConnectedSocket() client: Socket, @MessageBody() room: string): Promise<string> {
        await client.join(room);
        return `joined ${room}`;
      }

      @SubscribeMessage('say')
      say(@MessageBody() { room, text }: { room: string; text: string }): void {
        this.namespace?.to(room).emit('said', text);
      }

      @SubscribeMessage('named')
      named(): object {
        return { event: 'an event of its own', data: 7 };
      }

      @SubscribeMessage('broken')
      broken(): never {
        throw new WsException('broken on purpose');
      }
    }
    @WebSocketGateway()
    class RootGateway {
      @SubscribeMessage('ping')
      ping(): string {
        return 'pong';
      }
    }
    return { providers: [ChatGateway, RootGateway] };
  },
  exchanges: [
    ...['websocket', 'polling'].map((transport) =>
      exchange(`a conversation over ${transport}`, async ({ url, journal }) => {
        const client = await connected(`${url}/chat`, [transport]);
        const joined: unknown = await client.emitWithAck('join', 'kitchen');
        const said = once(client as never, 'said');
        client.emit('say', { room: 'kitchen', text: 'hello' });
        const named = once(client as never, 'an event of its own');
        client.emit('named');
        const broken = once(client as never, 'exception');
        client.emit('broken');
        const heard = [joined, await said, await named, await broken];
        await leave(client, journal);
        return heard;
      }),
    ),
    exchange('the namespace of all', async ({ url }) => {
      const client = await connected(url, ['websocket']);
      const answer: unknown = await client.emitWithAck('ping');
      client.disconnect();
      return answer;
    }),
  ],
};
