import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type Connection, createConnection, Schema } from 'mongoose';
import { PaymentStore } from '../payments/payment-store.js';

/** The token that `@nestjs/mongoose` has. */
const CONNECTION = 'DatabaseConnection';
const numbered = new Schema({ _id: Number }, { versionKey: false });

@Injectable()
class MongooseStore extends PaymentStore {
  constructor(@Inject(CONNECTION) private readonly connection: Connection) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    await this.connection.model('orders', numbered, 'orders').create({ _id: order });
    await between();
    await this.connection.model('payments', numbered, 'payments').create({ _id: order });
  }
}

/** Closes its connection as `MongooseCoreModule` of `@nestjs/mongoose` does. */
@Module({})
export class MongooseStoreModule implements OnApplicationShutdown {
  constructor(@Inject(CONNECTION) private readonly connection: Connection) {}

  static register(url: string): DynamicModule {
    return {
      module: MongooseStoreModule,
      providers: [
        { provide: CONNECTION, useFactory: () => createConnection(url).asPromise() },
        { provide: PaymentStore, useClass: MongooseStore },
      ],
      exports: [PaymentStore],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
