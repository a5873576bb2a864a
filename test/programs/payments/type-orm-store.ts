import { type DynamicModule, Inject, Injectable } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, EntitySchema } from 'typeorm';
import { PaymentStore } from './payment-store.js';
import { plan, POOL_SIZE } from './plan.js';

const Orders = new EntitySchema<{ id: number }>({
  name: 'orders',
  columns: { id: { type: 'int', primary: true } },
});
const Payments = new EntitySchema<{ orderId: number }>({
  name: 'payments',
  columns: { orderId: { name: 'order_id', type: 'int', primary: true } },
});

@Injectable()
class TypeOrmStore extends PaymentStore {
  constructor(@Inject(getDataSourceToken()) private readonly source: DataSource) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    await this.source.transaction(async (manager) => {
      await manager.insert(Orders, { id: order });
      await between();
      await manager.insert(Payments, { orderId: order });
    });
  }
}

export class TypeOrmStoreModule {
  static register(): DynamicModule {
    const shared = { url: plan.url, entities: [Orders, Payments], poolSize: POOL_SIZE };
    const options =
      plan.server === 'postgres' ? { type: 'postgres' as const, ...shared } : { type: 'mariadb' as const, ...shared };
    return {
      module: TypeOrmStoreModule,
      imports: [TypeOrmModule.forRoot(options)],
      providers: [{ provide: PaymentStore, useClass: TypeOrmStore }],
      exports: [PaymentStore],
    };
  }
}
