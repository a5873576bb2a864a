import { BullModule, InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { type DynamicModule, Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type Job, type Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { PaymentStore } from '../payments/payment-store.js';

const queue = process.env['QUEUE'] ?? 'own-closes';
const url = process.env['REDIS_URL'] ?? '';
const waiting = new Map<number, () => Promise<void>>();

/** A client of the application's own, which it closes by itself. */
@Injectable()
export class Books extends Redis implements OnModuleDestroy {
  constructor() {
    super(url);
  }

  async onModuleDestroy(): Promise<void> {
    await this.quit();
  }
}

@Injectable()
export class PaidEvents extends QueueEvents implements OnModuleDestroy {
  constructor() {
    super(queue, { connection: { url } });
  }

  async onModuleDestroy(): Promise<void> {
    await this.close();
  }
}

@Processor(queue)
class PaymentProcessor extends WorkerHost {
  constructor(@Inject(Books) private readonly books: Books) {
    super();
  }

  override async process({ data }: Job<{ order: number }>): Promise<void> {
    await this.books.rpush(`${queue}:orders`, data.order);
    await waiting.get(data.order)?.();
    await this.books.rpush(`${queue}:payments`, data.order);
  }

  @OnWorkerEvent('closing')
  closing(): void {
    console.log('step: the worker closes');
  }
}

@Injectable()
class BullmqStore extends PaymentStore {
  constructor(
    @InjectQueue(queue) private readonly jobs: Queue<{ order: number }>,
    @Inject(PaidEvents) private readonly events: PaidEvents,
  ) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    waiting.set(order, between);
    await this.events.waitUntilReady();
    const job = await this.jobs.add('pay', { order }, { removeOnComplete: true });
    await job.waitUntilFinished(this.events);
  }
}

export class BullmqStoreModule {
  static register(): DynamicModule {
    return {
      module: BullmqStoreModule,
      imports: [BullModule.forRoot({ connection: { url } }), BullModule.registerQueue({ name: queue })],
      providers: [Books, PaidEvents, PaymentProcessor, { provide: PaymentStore, useClass: BullmqStore }],
      exports: [PaymentStore],
    };
  }
}
