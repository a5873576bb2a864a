import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Controller,
  type DynamicModule,
  type INestApplication,
  Inject,
  Module,
  Param,
  ParseIntPipe,
  Post,
} from '@nestjs/common';
import { type MicroserviceOptions } from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { createApp } from '../create-app.js';
import { PaymentStore } from '../payments/payment-store.js';
import { noteCalls } from './noted-closes.js';

/**
 * A service whose code closes its clients by itself, in which the module is imported and nothing else was changed. It says when a payment
 * has begun and is done, and who is closed.
 */

@Controller('orders')
class OrderController {
  constructor(
    @Inject(PaymentStore) private readonly store: PaymentStore,
    @Inject(GracefulShutdown) private readonly shutdown: GracefulShutdown,
  ) {}

  @Post(':id')
  async order(@Param('id', ParseIntPipe) id: number): Promise<{ order: number }> {
    await this.store.pay(id, () => this.middle());
    console.log('step: the payment is done');
    return { order: id };
  }

  /** Until the service drains, whose end waits for the rest. */
  private middle(): Promise<void> {
    console.log('step: the order is written');
    return new Promise((resolve) => {
      this.shutdown.phase$.subscribe((phase) => {
        if (phase === 'draining') setTimeout(resolve, 100);
      });
    });
  }
}

interface Application {
  readonly module: DynamicModule;
  readonly consumer?: MicroserviceOptions;
  /** Classes that only an instance gives. */
  readonly noteMore?: (app: INestApplication) => void;
}

/** Loads only what is asked for. */
const APPLICATIONS: Readonly<Record<string, () => Promise<Application>>> = {
  typeorm: async () => {
    noteCalls((await import('typeorm')).DataSource, 'destroy');
    return { module: (await import('../payments/type-orm-store.js')).TypeOrmStoreModule.register() };
  },
  prisma: async () => {
    noteCalls((await import('../payments/prisma-client.js')).PrismaClient, '$disconnect');
    return { module: (await import('../payments/prisma-store.js')).PrismaStoreModule.register() };
  },
  mongoose: async () => {
    // Of a package in CommonJS.
    noteCalls((await import('mongoose')).default.Connection, 'close');
    const { MongooseStoreModule } = await import('./mongoose-store.js');
    return { module: MongooseStoreModule.register(process.env['MONGODB_URL'] ?? '') };
  },
  bullmq: async () => {
    const { Queue } = await import('bullmq');
    const { Books, BullmqStoreModule, PaidEvents } = await import('./bullmq-store.js');
    noteCalls(Books, 'quit');
    // A worker says by itself that it closes: it is asked twice, by the module and by Nest, and does it once.
    for (const type of [Queue, PaidEvents]) noteCalls(type, 'close');
    return { module: BullmqStoreModule.register() };
  },
  rabbitmq: async () => {
    noteCalls((await import('amqp-connection-manager')).AmqpConnectionManagerClass, 'close');
    const { CONSUMER, RabbitmqStoreModule, Receipts } = await import('./rabbitmq-store.js');
    const noteChannels = (app: INestApplication): void => noteCalls(app.get(Receipts).channel.constructor, 'close');
    return { module: RabbitmqStoreModule.register(), consumer: CONSUMER, noteMore: noteChannels };
  },
};

async function main(): Promise<void> {
  const make = APPLICATIONS[process.env['APPLICATION'] ?? ''];
  if (make === undefined) throw new Error('there is no such application');
  const { module, consumer, noteMore } = await make();

  @Module({ imports: [module, GracefulShutdownModule.forRoot()], controllers: [OrderController] })
  class PaymentsModule {}

  const app = await createApp(PaymentsModule);
  app.enableShutdownHooks();
  noteMore?.(app);
  if (consumer !== undefined) {
    app.connectMicroservice(consumer);
    await app.startAllMicroservices();
  }
  const shutdown = app.get(GracefulShutdown);
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.listen(0, '127.0.0.1');
  // Of a TCP server, an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

void main();
