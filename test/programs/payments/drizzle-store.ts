import { type DynamicModule, Inject, Injectable } from '@nestjs/common';
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2';
import { int, mysqlTable } from 'drizzle-orm/mysql-core';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { createPool } from 'mysql2/promise';
import { Pool } from 'pg';
import { PaymentStore } from './payment-store.js';
import { plan, POOL_SIZE } from './plan.js';

const DATABASE = Symbol('DRIZZLE');

const pgTables = {
  orders: pgTable('orders', { id: integer('id').primaryKey() }),
  payments: pgTable('payments', { orderId: integer('order_id').primaryKey() }),
};
const mysqlTables = {
  orders: mysqlTable('orders', { id: int('id').primaryKey() }),
  payments: mysqlTable('payments', { orderId: int('order_id').primaryKey() }),
};

const connectPg = () => drizzlePg(new Pool({ connectionString: plan.url, max: POOL_SIZE }));
const connectMysql = () => drizzleMysql(createPool({ uri: plan.url, connectionLimit: POOL_SIZE }));

@Injectable()
class DrizzlePgStore extends PaymentStore {
  constructor(@Inject(DATABASE) private readonly database: ReturnType<typeof connectPg>) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.insert(pgTables.orders).values({ id: order });
      await between();
      await transaction.insert(pgTables.payments).values({ orderId: order });
    });
  }
}

@Injectable()
class DrizzleMysqlStore extends PaymentStore {
  constructor(@Inject(DATABASE) private readonly database: ReturnType<typeof connectMysql>) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.insert(mysqlTables.orders).values({ id: order });
      await between();
      await transaction.insert(mysqlTables.payments).values({ orderId: order });
    });
  }
}

export class DrizzleModule {
  static register(): DynamicModule {
    const isPostgres = plan.server === 'postgres';
    return {
      module: DrizzleModule,
      providers: [
        { provide: DATABASE, useFactory: isPostgres ? connectPg : connectMysql },
        { provide: PaymentStore, useClass: isPostgres ? DrizzlePgStore : DrizzleMysqlStore },
      ],
      exports: [PaymentStore],
    };
  }
}
