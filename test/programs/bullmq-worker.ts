import { BullModule, InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { type Job, type Queue, QueueEvents } from 'bullmq';
import { OnGracefulShutdown } from 'nestjs-lifecycle';
import { plan } from './job-plan.js';
import { Books, type LedgerJob, work } from './job-steps.js';

const { queue, concurrency, stalledMs, redis } = plan;
/** Short, so that jobs of a worker that was killed are found soon. */
const stalled = { lockDuration: stalledMs, stalledInterval: stalledMs };

@Processor(queue, { concurrency, ...stalled })
class LedgerProcessor extends WorkerHost {
  constructor(
    @Inject(Books) private readonly books: Books,
    @InjectQueue(queue) private readonly jobs: Queue<LedgerJob['data']>,
  ) {
    super();
  }

  // BullMQ hands the signal over where three parameters are declared; versions without it hand over nothing.
  override async process(job: Job<LedgerJob['data']>, _token?: string, signal?: AbortSignal): Promise<number> {
    if (job.name === 'parent') await this.#awaitChild(job);
    return work(this.books, job, signal);
  }

  /** Waits for a job that this very worker takes a moment later. */
  async #awaitChild({ data }: Job<LedgerJob['data']>): Promise<void> {
    const events = new QueueEvents(queue, { connection: redis });
    await events.waitUntilReady();
    const child = await this.jobs.add('child', { number: data.number + 1000 }, { delay: 1000 });
    console.log(`waiting for a child of ${data.number}`);
    await child.waitUntilFinished(events);
    await events.close();
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
