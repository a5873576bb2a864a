import { type OnGatewayConnection, type OnGatewayDisconnect, WebSocketGateway } from '@nestjs/websockets';
import type { Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import { PlacedOrders } from './placed-orders.js';

/** `WS /orders/live`: every order as it is placed. A shutdown closes it with 1001, which means to come back. */
@WebSocketGateway({ path: '/orders/live' })
export class OrdersGateway implements OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket> {
  private readonly watching = new Map<WebSocket, Subscription>();

  constructor(private readonly placed: PlacedOrders) {}

  handleConnection(client: WebSocket): void {
    const sent = this.placed.subscribe((order) => client.send(JSON.stringify({ event: 'placed', data: order })));
    this.watching.set(client, sent);
  }

  handleDisconnect(client: WebSocket): void {
    this.watching.get(client)?.unsubscribe();
    this.watching.delete(client);
  }
}
