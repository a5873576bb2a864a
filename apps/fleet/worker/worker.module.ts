import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { brokerKind, type Servers } from '../messages/broker.js';
import { bullConnection } from '../messages/bull-connection.js';
import { EXPORTS } from '../messages/export-job.js';
import { Outbox } from '../messages/outbox.js';
import { StackModule } from '../stack/stack.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { Exporter } from './exporter.js';
import { ExportsPoller } from './exports-poller.js';
import { ExportsProcessor } from './exports.processor.js';
import { NatsMessagesController, RabbitMessagesController } from './messages.controller.js';
import { OutboxReader } from './outbox-reader.js';
import { Receipts } from './receipts.js';

const CONTROLLERS = { rabbitmq: [RabbitMessagesController], nats: [NatsMessagesController], outbox: [] };

/** The service `worker`: it makes exports, and hears what the other services tell. */
@Module({})
export class WorkerModule {
  static register(servers: Servers): DynamicModule {
    const broker = brokerKind(servers);
    const hasRedis = Boolean(servers.REDIS_URL);
    return {
      module: WorkerModule,
      imports: [
        StackModule.forService('worker', []),
        StorageModule,
        ...(hasRedis ? [bullConnection(), BullModule.registerQueue({ name: EXPORTS })] : []),
      ],
      controllers: CONTROLLERS[broker],
      providers: [
        Exporter,
        Receipts,
        Outbox,
        hasRedis ? ExportsProcessor : ExportsPoller,
        ...(broker === 'outbox' ? [OutboxReader] : []),
      ],
    };
  }
}
