import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ADAPTERS, startHttpApp } from '../support/http-app.js';

@Injectable()
class Pool implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  async onModuleDestroy(): Promise<void> {
    await Promise.resolve();
  }
  beforeApplicationShutdown(): void {}
  onApplicationShutdown(): void {}
}

describe.each(ADAPTERS)('hooks that Nest calls by itself (%s)', (adapter) => {
  it('are in the report, with their durations, and in its line', async () => {
    const { app, shutdown, logger } = await startHttpApp(adapter, { providers: [Pool] });
    await app.close();
    const names = ['Pool.onModuleDestroy', 'Pool.beforeApplicationShutdown', 'Pool.onApplicationShutdown'];
    const ms = expect.any(Number) as number;
    const done = names.map((name) => ({ name, result: 'done', startedMs: ms, durationMs: ms }));
    expect(shutdown.report?.nestHooks).toEqual(expect.arrayContaining(done));
    const count = shutdown.report?.nestHooks.length;
    expect(logger.texts('log').at(-1)).toContain(`0 of 0 hooks done, ${count} of ${count} of Nest done, the longest `);
  });

  it('tells at boot of a grace period that was written in the wrong unit', async () => {
    const { logger } = await startHttpApp(adapter, { options: { gracePeriod: 30_000_000 } });
    expect(logger.texts('warn')).toContainEqual(expect.stringContaining('was taken for 30000s (8.3 h)'));
  });
});
