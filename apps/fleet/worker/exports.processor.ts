import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { type ExportJob, EXPORTS } from '../messages/export-job.js';
import { Exporter } from './exporter.js';

/** Does the jobs of BullMQ. */
@Processor(EXPORTS, { concurrency: 2 })
export class ExportsProcessor extends WorkerHost {
  constructor(private readonly exporter: Exporter) {
    super();
  }

  async process({ data }: Job<ExportJob>): Promise<void> {
    await this.exporter.draw(data.exportId);
  }
}
