import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { GracefulShutdown, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { Pool } from 'pg';
import { CountedPool } from '../support/counted-pool.js';
import { startWorker } from '../support/worker-app.js';

const redis = (): Redis => new Redis({ lazyConnect: true });

describe('resources among the providers', () => {
  it('are closed when all hooks have run, by priority, and are in the report', async () => {
    const order: string[] = [];
    const pool = new CountedPool();
    @Injectable()
    class Orders implements OnModuleDestroy {
      onModuleDestroy(): void {
        order.push(`onModuleDestroy, pool ended ${pool.ends} times`);
      }
    }
    const client = redis();
    const providers = [
      Orders,
      { provide: 'PG_POOL', useFactory: () => pool },
      { provide: 'REDIS', useFactory: () => client },
    ];
    const { shutdown, closed } = await startWorker({ providers });
    shutdown.register('ledger', () => order.push(`hook, pool ended ${pool.ends} times`));
    const report = await closed();
    expect(order).toEqual(['hook, pool ended 0 times', 'onModuleDestroy, pool ended 0 times']);
    expect({ ends: pool.ends, redis: client.status }).toEqual({ ends: 1, redis: 'end' });
    expect(report).toMatchObject({
      resources: [
        { name: 'ioredis client REDIS', type: 'cache', priority: 70, result: 'closed' },
        { name: 'pg Pool PG_POOL', type: 'database', priority: 80, result: 'closed' },
      ],
    });
  });

  it('that the application closes by itself are left alone', async () => {
    @Injectable()
    class Database extends CountedPool implements OnModuleDestroy {
      async onModuleDestroy(): Promise<void> {
        await this.end();
      }
    }
    const { app, closed } = await startWorker({ providers: [Database] });
    const { ends } = app.get(Database);
    expect(ends).toBe(0);
    const report = await closed();
    expect(app.get(Database).ends).toBe(1);
    expect(report.resources).toMatchObject([{ name: 'pg Pool Database', result: 'closed-before' }]);
  });

  it('that Nest was given are left open by app.close(), because other code may use them', async () => {
    const pool = new CountedPool();
    const { closed } = await startWorker({ providers: [{ provide: 'PG_POOL', useValue: pool }] });
    expect((await closed()).resources).toMatchObject([{ name: 'pg Pool PG_POOL', result: 'left-open' }]);
    expect(pool.ends).toBe(0);
    await pool.end();
  });

  it('are found once where several tokens have them', async () => {
    const pool = new CountedPool();
    const providers = [
      { provide: 'PG_POOL', useFactory: () => pool },
      { provide: 'READ_POOL', useFactory: () => pool },
      { provide: 'ALIAS', useExisting: 'PG_POOL' },
    ];
    const { closed } = await startWorker({ providers });
    expect((await closed()).resources).toMatchObject([{ name: 'pg Pool PG_POOL', result: 'closed' }]);
    expect(pool.ends).toBe(1);
  });

  it.each([
    ['all of them', false],
    ['one by its token', { except: ['PG_POOL'] }],
    ['one by its name', { except: ['pg Pool PG_POOL'] }],
  ] satisfies [string, GracefulShutdownOptions['resources']][])(
    'leave %s to the application',
    async (_what, resources) => {
      const pool = new CountedPool();
      const { closed } = await startWorker({
        options: { resources },
        providers: [{ provide: 'PG_POOL', useFactory: () => pool }],
      });
      expect((await closed()).resources).toEqual([]);
      expect(pool.ends).toBe(0);
      await pool.end();
    },
  );

  it('that fail to close make the end failed, and keep no other from its turn', async () => {
    class Broken extends CountedPool {
      override end(): Promise<void> {
        return Promise.reject(new Error('broken on purpose'));
      }
    }
    const client = redis();
    const providers = [
      { provide: 'BROKEN', useFactory: () => new Broken() },
      { provide: 'REDIS', useFactory: () => client },
    ];
    const { closed } = await startWorker({ providers });
    const report = await closed();
    expect(report.outcome).toBe('failed');
    expect(report.resources).toMatchObject([
      { name: 'ioredis client REDIS', result: 'closed' },
      { name: 'pg Pool BROKEN', result: 'failed', error: 'broken on purpose' },
    ]);
  });

  it('are in the plan, with who closes them', async () => {
    @Injectable()
    class Database extends CountedPool implements OnModuleDestroy {
      async onModuleDestroy(): Promise<void> {
        await this.end();
      }
    }
    const client = { provide: 'REDIS', useFactory: redis };
    const { shutdown } = await startWorker({ providers: [Database, client] });
    shutdown.register('ledger', () => undefined, { priority: 80 });
    shutdown.intake('orders', { stop: () => undefined, inFlight: () => 0 });
    const plan = shutdown.plan();
    expect(plan.filter(({ what }) => what === 'intake').map(({ name }) => name)).toContain('orders');
    expect(plan.filter(({ what }) => what !== 'intake')).toEqual([
      { when: 'draining', what: 'drain', name: 'wait for what is in flight', by: 'nestjs-lifecycle' },
      { when: 'closing', what: 'hook', name: 'ledger', priority: 80, by: "register('ledger', …)" },
      { when: 'nest', what: 'nest-hooks', name: 'onModuleDestroy and the hooks after it', by: 'Nest' },
      {
        when: 'end',
        what: 'resource',
        name: 'ioredis client REDIS',
        priority: 70,
        type: 'cache',
        by: 'nestjs-lifecycle',
      },
      {
        when: 'end',
        what: 'resource',
        name: 'pg Pool Database',
        priority: 80,
        type: 'database',
        by: 'Database.onModuleDestroy(), else nestjs-lifecycle',
      },
    ]);
  });

  it('are told of at boot at the level debug, with who closes them, in the order in which that happens', async () => {
    @Injectable()
    class Database extends CountedPool implements OnModuleDestroy {
      async onModuleDestroy(): Promise<void> {
        await this.end();
      }
    }
    @Injectable()
    class Reports {
      constructor(@Inject(GracefulShutdown) shutdown: GracefulShutdown) {
        shutdown.register('reports', new Pool());
      }
    }
    const providers = [Reports, Database, { provide: 'REDIS', useFactory: redis }];
    const { logger, closed } = await startWorker({ providers });
    expect(logger.texts('debug').filter((text) => text.includes('is closed'))).toEqual([
      "reports (database) is closed by register('reports', …)",
      'ioredis client REDIS is closed at the end',
      'pg Pool Database is closed at the end, unless Database.onModuleDestroy() has',
    ]);
    await closed();
  });
});
