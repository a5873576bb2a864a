import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, onlyRow } from '../database/database.js';
import { Outbox } from '../outbox/outbox.js';
import { DemoSettings } from '../settings/demo-settings.js';
import type { NewOrder } from './new-order.js';

/** An order with its payment. Amounts are in cents. */
export type Order = NewOrder & { id: number; payment: { id: number; amount: number } };

/** The largest number an `integer` column holds. */
const LARGEST_ID = 2_147_483_647;

/** The order book: no order without its payment. */
@Injectable()
export class Orders {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly settings: DemoSettings,
  ) {}

  /** Writes the order, its payment and the message for other services, all or nothing. */
  place({ item, amount }: NewOrder): Promise<Order> {
    return this.database.transaction(async (sql) => {
      const order = onlyRow(
        await sql.query<{ id: number }>('insert into orders (item, amount) values ($1, $2) returning id', [
          item,
          amount,
        ]),
      );
      // The moment that a careless shutdown cuts in two.
      await setTimeout(this.settings.paymentMs);
      const payment = onlyRow(
        await sql.query<{ id: number }>('insert into payments (order_id, amount) values ($1, $2) returning id', [
          order.id,
          amount,
        ]),
      );
      await this.outbox.add(sql, { topic: 'order.placed', orderId: order.id });
      return { id: order.id, item, amount, payment: { id: payment.id, amount } };
    });
  }

  /** The order, or `undefined` when there is none of that number. */
  async find(id: number): Promise<Order | undefined> {
    if (!Number.isInteger(id) || id < 1 || id > LARGEST_ID) return undefined;
    const [row] = await this.database.query<{ item: string; amount: number; payment_id: number; paid: number }>(
      `select item, orders.amount, payments.id as payment_id, payments.amount as paid
         from orders join payments on payments.order_id = orders.id
        where orders.id = $1`,
      [id],
    );
    return row && { id, item: row.item, amount: row.amount, payment: { id: row.payment_id, amount: row.paid } };
  }
}
