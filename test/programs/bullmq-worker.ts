import { BullModule, Processor, WorkerHost } from '@nestjs/bullmq';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import type { Job } from 'bullmq';
import { OnGracefulShutdown } from 'nestjs-lifecycle';
import { plan } from './job-plan.js';
import { Books, work } from './job-steps.js';

const { queue, concurrency, stalledMs, redis } = plan;
/** Short, so that jobs of a worker that was killed are found soon. */
const stalled = { lockDuration: stalledMs, stalledInterval: stalledMs };

@Processor(queue, { concurrency, ...stalled })
class LedgerProcessor extends WorkerHost {
  constructor(@Inject(Books) private readonly books: Books) {
    super();
  }

  // BullMQ hands the signal over where three parameters are declared; versions without it hand over nothing.
  override process(job: Job, _token?: string, signal?: AbortSignal): Promise<number> {
    return work(this.books, job, signal);
  }

  @OnGracefulShutdown({ phase: 'lame-duck', priority: 10 })
  async stop(): Promise<void> {
    if (plan.hook === 'close') await this.worker.close();
  }
}

const sandboxed = plan.sandbox === undefined ? [] : [{ path: plan.sandbox, concurrency, ...stalled }];

@Module({})
export class BullmqWorkerModule {
  static register(books: DynamicModule): DynamicModule {
    return {
      module: BullmqWorkerModule,
      imports: [
        books,
        BullModule.forRoot({ connection: redis }),
        BullModule.registerQueue({ name: queue, processors: sandboxed }),
      ],
      providers: plan.sandbox === undefined ? [LedgerProcessor] : [],
    };
  }
}
