import { type DynamicModule, Inject, Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { PaymentStore } from './payment-store.js';
import { plan, POOL_SIZE } from './plan.js';

@Injectable()
class PgStore extends PaymentStore {
  constructor(@Inject(Pool) private readonly pool: Pool) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    // A connection that is cut while it is used here.
    client.on('error', () => undefined);
    try {
      if (!plan.withoutTransaction) await client.query('begin');
      await client.query('insert into orders (id) values ($1)', [order]);
      await between();
      await client.query('insert into payments (order_id) values ($1)', [order]);
      if (!plan.withoutTransaction) await client.query('commit');
      client.release();
    } catch (error) {
      // The connection goes with its transaction, as the documentation of pg has it.
      client.release(true);
      throw error;
    }
  }
}

export class PgModule {
  static register(): DynamicModule {
    const pool = { provide: Pool, useFactory: () => new Pool({ connectionString: plan.url, max: POOL_SIZE }) };
    return {
      module: PgModule,
      providers: [pool, { provide: PaymentStore, useClass: PgStore }],
      exports: [PaymentStore],
    };
  }
}
