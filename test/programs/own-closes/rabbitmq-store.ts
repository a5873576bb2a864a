import { Controller, type DynamicModule, Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  type ClientProxy,
  ClientsModule,
  Ctx,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  RmqContext,
  Transport,
} from '@nestjs/microservices';
import { type AmqpConnectionManager, type ChannelWrapper, connect } from 'amqp-connection-manager';
import { firstValueFrom } from 'rxjs';
import { PaymentStore } from '../payments/payment-store.js';

const queue = process.env['QUEUE'] ?? 'own-closes';
const url = process.env['RABBITMQ_URL'] ?? '';
const queueOptions = { durable: false };
const waiting = new Map<number, () => Promise<void>>();

/** What the consumer of the service listens to. */
export const CONSUMER: MicroserviceOptions = {
  transport: Transport.RMQ,
  options: { urls: [url], queue, queueOptions, noAck: false },
};

/** A connection and a channel of the application's own, which it closes by itself. */
@Injectable()
export class Receipts implements OnModuleDestroy {
  readonly connection: AmqpConnectionManager = connect([url]);
  readonly channel: ChannelWrapper = this.connection.createChannel({ json: true });

  async onModuleDestroy(): Promise<void> {
    await this.channel.close();
    await this.connection.close();
  }
}

@Controller()
class PaymentController {
  constructor(@Inject(Receipts) private readonly receipts: Receipts) {}

  @MessagePattern('pay')
  async pay(@Payload() order: number, @Ctx() context: RmqContext): Promise<number> {
    await this.receipts.channel.sendToQueue(`${queue}-books`, { order });
    await waiting.get(order)?.();
    await this.receipts.channel.sendToQueue(`${queue}-books`, { payment: order });
    const channel = context.getChannelRef() as { ack(message: unknown): void }; // `any` in Nest
    channel.ack(context.getMessage());
    return order;
  }
}

@Injectable()
class RabbitmqStore extends PaymentStore {
  constructor(@Inject('PAYMENTS') private readonly client: ClientProxy) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    waiting.set(order, between);
    await firstValueFrom(this.client.send('pay', order));
  }
}

export class RabbitmqStoreModule {
  static register(): DynamicModule {
    const client = { transport: Transport.RMQ as const, options: { urls: [url], queue, queueOptions } };
    return {
      module: RabbitmqStoreModule,
      imports: [ClientsModule.register([{ name: 'PAYMENTS', ...client }])],
      controllers: [PaymentController],
      providers: [
        Receipts,
        // As applications have them, to inject them elsewhere.
        { provide: 'RECEIPTS', useFactory: ({ channel }: Receipts) => channel, inject: [Receipts] },
        { provide: 'RABBITMQ', useFactory: ({ connection }: Receipts) => connection, inject: [Receipts] },
        { provide: PaymentStore, useClass: RabbitmqStore },
      ],
      exports: [PaymentStore],
    };
  }
}
