import { Body, Controller, Get, type MessageEvent, NotFoundException, Param, Post, Sse } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { Confirmations } from './confirmations.js';
import { readNewOrder } from './new-order.js';
import { Orders, type Order } from './orders.js';
import { PlacedOrders } from './placed-orders.js';

/** `POST /orders`, `GET /orders/:id`, and `GET /orders/events`: every order as it is placed. */
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly orders: Orders,
    private readonly confirmations: Confirmations,
    private readonly placed: PlacedOrders,
  ) {}

  @Post()
  async place(@Body() body: unknown): Promise<Order> {
    const order = await this.orders.place(readNewOrder(body));
    this.confirmations.start(order.id);
    this.placed.next(order);
    return order;
  }

  /** Never ends by itself: a shutdown tells its clients when to come back, and completes it. */
  @Sse('events')
  events(): Observable<MessageEvent> {
    return this.placed.pipe(map((order) => ({ data: order })));
  }

  @Get(':id')
  async find(@Param('id') id: string): Promise<Order> {
    const order = await this.orders.find(Number(id));
    if (!order)
      throw new NotFoundException(`There is no order "${id}". POST /orders answers with the id of a new one.`);
    return order;
  }
}
