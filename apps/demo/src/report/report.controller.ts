import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { Report } from './report.js';

/** `GET /report`, streamed while it is written. */
@Controller('report')
export class ReportController {
  constructor(private readonly report: Report) {}

  @Get()
  stream(): StreamableFile {
    return new StreamableFile(Readable.from(this.report.lines()), { type: 'text/plain; charset=utf-8' });
  }
}
