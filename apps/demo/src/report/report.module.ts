import { Module } from '@nestjs/common';
import { ReportController } from './report.controller.js';
import { Report } from './report.js';

/** The slow answer: something to have in flight when Ctrl-C comes. */
@Module({ controllers: [ReportController], providers: [Report] })
export class ReportModule {}
