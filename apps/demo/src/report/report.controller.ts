import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { ShutdownSignal } from 'nestjs-lifecycle';
import { Report } from './report.js';

/** `GET /report`, streamed while it is written. */
@Controller('report')
export class ReportController {
  constructor(private readonly report: Report) {}

  @Get()
  stream(@ShutdownSignal() signal: AbortSignal): StreamableFile {
    return new StreamableFile(Readable.from(this.report.lines(signal)), { type: 'text/plain; charset=utf-8' });
  }
}
