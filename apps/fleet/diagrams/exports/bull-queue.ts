import type { Queue } from 'bullmq';
import type { ExportJob } from '../../messages/export-job.js';
import { ExportQueue } from './export-queue.js';

/** The queue of BullMQ. A job that fails is tried again. */
export class BullQueue extends ExportQueue {
  constructor(private readonly queue: Queue<ExportJob>) {
    super();
  }

  async add(exportId: string): Promise<void> {
    await this.queue.add(
      'export',
      { exportId },
      { jobId: exportId, attempts: 5, backoff: { type: 'fixed', delay: 500 }, removeOnComplete: true },
    );
  }
}
