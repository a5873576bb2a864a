import { InjectQueue, OnWorkerEvent, Processor, BullModule, WorkerHost } from '@nestjs/bullmq';
import { Controller, Param, Post } from '@nestjs/common';
import { type Job, type Queue } from 'bullmq';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, exchange } from '../run/exchanges.js';
import { SERVERS } from '../run/servers.js';

const queue = 'mails';
const { host, port } = SERVERS.redis;

export const application: FrameworkApplication = {
  shows: 'queues with BullMQ: jobs that are done, and that fail',
  kinds: HTTP,
  needs: [SERVERS.redis],
  module: ({ journal }) => {
    @Processor(queue)
    class MailsProcessor extends WorkerHost {
      async process(job: Job<string>): Promise<string> {
        if (job.data === 'nobody') throw new Error('no such address');
        return `sent to ${job.data}`;
      }

      @OnWorkerEvent('completed')
      completed(job: Job<string>): void {
        journal.note(`completed: ${String(job.returnvalue)}`);
      }

      @OnWorkerEvent('failed')
      failed(job: Job<string> | undefined): void {
        journal.note(`failed: ${job?.failedReason}`);
      }
    }
    @Controller('mails')
    class MailsController {
      constructor(@InjectQueue(queue) private readonly mails: Queue) {}

      @Post(':to')
      async send(@Param('to') to: string): Promise<string> {
        await this.mails.add('mail', to, { removeOnComplete: true, removeOnFail: true });
        return 'queued';
      }
    }
    return {
      imports: [
        BullModule.forRoot({ connection: { host, port }, prefix: `framework-${process.pid}` }),
        BullModule.registerQueue({ name: queue }),
      ],
      controllers: [MailsController],
      providers: [MailsProcessor],
    };
  },
  exchanges: [
    ask({ method: 'POST', path: '/mails/ada' }),
    exchange('the job', ({ journal }) => journal.until('completed: sent to ada')),
    ask({ method: 'POST', path: '/mails/nobody' }),
    exchange('the job that fails', ({ journal }) => journal.until('failed: no such address')),
  ],
};
