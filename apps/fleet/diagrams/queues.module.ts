import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { ClientProxyFactory } from '@nestjs/microservices';
import type { Queue } from 'bullmq';
import { brokerKind, brokerOptions, type Servers } from '../messages/broker.js';
import { bullConnection } from '../messages/bull-connection.js';
import { type ExportJob, EXPORTS } from '../messages/export-job.js';
import { Settings } from '../stack/settings.js';
import { BullQueue } from './exports/bull-queue.js';
import { ExportQueue, TableQueue } from './exports/export-queue.js';
import { BROKER } from './publisher.js';

/** Where jobs and messages go: to the servers that the variables name, or into tables. */
@Module({})
export class QueuesModule {
  static register({ REDIS_URL: redis }: Servers): DynamicModule {
    const hasRedis = Boolean(redis);
    const queue = hasRedis
      ? {
          provide: ExportQueue,
          inject: [getQueueToken(EXPORTS)],
          useFactory: (queue: Queue<ExportJob>) => new BullQueue(queue),
        }
      : { provide: ExportQueue, useClass: TableQueue };
    return {
      module: QueuesModule,
      imports: hasRedis ? [bullConnection(), BullModule.registerQueue({ name: EXPORTS })] : [],
      providers: [
        queue,
        {
          provide: BROKER,
          inject: [Settings],
          useFactory: (settings: Settings) =>
            brokerKind(settings.variables) === 'outbox'
              ? undefined
              : ClientProxyFactory.create(brokerOptions(settings, false)),
        },
      ],
      exports: [ExportQueue, BROKER],
    };
  }
}
