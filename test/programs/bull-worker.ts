import { BullModule, Process, Processor } from '@nestjs/bull';
import { type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import type { Job } from 'bull';
import { GracefulShutdown } from 'nestjs-lifecycle';
import { plan } from './job-plan.js';
import { Books, type LedgerJob, work } from './job-steps.js';

const { queue, concurrency, stalledMs, redis } = plan;

@Processor(queue)
class LedgerProcessor {
  constructor(
    @Inject(Books) private readonly books: Books,
    @Optional() @Inject(GracefulShutdown) private readonly shutdown: GracefulShutdown | undefined,
  ) {}

  @Process({ name: '*', concurrency })
  process(job: Job<LedgerJob['data']>): Promise<number> {
    return work(this.books, job, this.shutdown?.signal);
  }
}

const sandboxed = plan.sandbox === undefined ? [] : [{ path: plan.sandbox, name: '*', concurrency }];

@Module({})
export class BullWorkerModule {
  static register(books: DynamicModule): DynamicModule {
    return {
      module: BullWorkerModule,
      imports: [
        books,
        BullModule.forRoot({ redis, settings: { lockDuration: stalledMs, stalledInterval: stalledMs } }),
        BullModule.registerQueue({ name: queue, processors: sandboxed }),
      ],
      providers: plan.sandbox === undefined ? [LedgerProcessor] : [],
    };
  }
}
