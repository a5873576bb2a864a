import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { Confirmations } from './confirmations.js';
import { OrdersController } from './orders.controller.js';
import { OrdersGateway } from './orders.gateway.js';
import { Orders } from './orders.js';
import { PlacedOrders } from './placed-orders.js';

/** Orders and their payments. */
@Module({
  imports: [OutboxModule],
  controllers: [OrdersController],
  providers: [Orders, PlacedOrders, Confirmations, OrdersGateway],
})
export class OrdersModule {}
