import { Injectable, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type FrameworkApplication } from '../run/application.js';
import { exchange } from '../run/exchanges.js';

@Injectable()
class Report {
  constructor(private readonly modules: ModuleRef) {}

  async make(): Promise<string> {
    await Promise.resolve();
    return `a report with ${this.modules.get<string>('TITLE')}`;
  }
}

@Module({ providers: [Report, { provide: 'TITLE', useValue: 'a title' }], exports: [Report] })
class ReportsModule {}

export const application: FrameworkApplication = {
  shows: 'a standalone application: a context without any server, select() and get()',
  kinds: ['context'],
  module: () => ({ imports: [ReportsModule] }),
  exchanges: [
    exchange('a report', async ({ app, journal }) => {
      const text = await app.select(ReportsModule).get(Report, { strict: true }).make();
      journal.note('report made');
      return text;
    }),
  ],
};
