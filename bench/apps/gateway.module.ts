import { Module } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';

@WebSocketGateway()
class EchoGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody() text: string): { readonly event: string; readonly data: string } {
    return { event: 'echo', data: text };
  }
}

/** A WebSocket gateway on the service's own port. */
@Module({ providers: [EchoGateway] })
export class GatewayModule {}
