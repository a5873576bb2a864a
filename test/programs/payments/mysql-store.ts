import { type DynamicModule, Inject, Injectable } from '@nestjs/common';
import { createPool, type Pool } from 'mysql2/promise';
import { PaymentStore } from './payment-store.js';
import { plan, POOL_SIZE } from './plan.js';

const POOL = Symbol('MYSQL_POOL');

@Injectable()
class MysqlStore extends PaymentStore {
  constructor(@Inject(POOL) private readonly pool: Pool) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    const connection = await this.pool.getConnection();
    try {
      await connection.beginTransaction();
      await connection.execute('insert into orders (id) values (?)', [order]);
      await between();
      await connection.execute('insert into payments (order_id) values (?)', [order]);
      await connection.commit();
      connection.release();
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }
}

export class MysqlModule {
  static register(): DynamicModule {
    const pool = { provide: POOL, useFactory: () => createPool({ uri: plan.url, connectionLimit: POOL_SIZE }) };
    return {
      module: MysqlModule,
      providers: [pool, { provide: PaymentStore, useClass: MysqlStore }],
      exports: [PaymentStore],
    };
  }
}
