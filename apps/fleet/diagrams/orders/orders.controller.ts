import { randomUUID } from 'node:crypto';
import { BadRequestException, Body, Controller, Post, UseGuards } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Outbox } from '../../messages/outbox.js';
import { AccessGuard, type Caller, FromCaller } from '../../stack/access.js';

const ORDER = z.object({ item: z.string().min(1).max(200), amount: z.int().min(1).max(100_000_000) });

/** Orders of more budget: no order without its payment, and no payment without its message. */
@Controller('v1/orders')
@UseGuards(AccessGuard)
export class OrdersController {
  constructor(
    private readonly database: DataSource,
    private readonly outbox: Outbox,
  ) {}

  @Post()
  async place(@FromCaller() { sub }: Caller, @Body() body: unknown): Promise<{ id: string; payment: string }> {
    const { data } = ORDER.safeParse(body);
    if (!data) throw new BadRequestException('The body must be {"item":"credits","amount":1250}, the amount in cents');
    const [id, payment] = [randomUUID(), randomUUID()];
    await this.database.transaction(async (transaction) => {
      await transaction.query('insert into orders (id, user_id, item, amount) values ($1, $2, $3, $4)', [
        id,
        sub,
        data.item,
        data.amount,
      ]);
      // The moment that a careless shutdown cuts in two.
      await transaction.query('insert into payments (id, order_id, amount) values ($1, $2, $3)', [
        payment,
        id,
        data.amount,
      ]);
      await this.outbox.add(transaction, { topic: 'order.placed', subject: id });
    });
    return { id, payment };
  }
}
