import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, onlyRow } from '../database/database.js';
import { DemoSettings } from '../settings/demo-settings.js';

const PAGES = 10;

/** A slow report that reads the database until its last line. */
@Injectable()
export class Report {
  constructor(
    private readonly database: Database,
    private readonly settings: DemoSettings,
  ) {}

  /**
   * The lines of the report, spread over `DEMO_REPORT_MS`; the last one is `end of report`. When `signal` fires, it ends
   * early and says so.
   */
  async *lines(signal: AbortSignal): AsyncGenerator<string> {
    for (let page = 1; page <= PAGES; page++) {
      const { orders, revenue } = onlyRow(
        await this.database.query<{ orders: number; revenue: string }>(
          'select count(*)::int as orders, coalesce(sum(amount), 0)::text as revenue from orders',
        ),
      );
      yield `page ${page} of ${PAGES}: ${orders} orders, ${revenue} cents\n`;
      // The only way it rejects is by the signal.
      await setTimeout(this.settings.reportMs / PAGES, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) {
        yield `the service stops: ask another one for the rest, ${PAGES - page} pages\n`;
        return;
      }
    }
    yield 'end of report\n';
  }
}
