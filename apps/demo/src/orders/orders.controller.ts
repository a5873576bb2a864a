import { Body, Controller, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { Confirmations } from './confirmations.js';
import { readNewOrder } from './new-order.js';
import { Orders, type Order } from './orders.js';

/** `POST /orders` and `GET /orders/:id`. */
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly orders: Orders,
    private readonly confirmations: Confirmations,
  ) {}

  @Post()
  async place(@Body() body: unknown): Promise<Order> {
    const order = await this.orders.place(readNewOrder(body));
    this.confirmations.start(order.id);
    return order;
  }

  @Get(':id')
  async find(@Param('id') id: string): Promise<Order> {
    const order = await this.orders.find(Number(id));
    if (!order)
      throw new NotFoundException(`There is no order "${id}". POST /orders answers with the id of a new one.`);
    return order;
  }
}
