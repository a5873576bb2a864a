import { Inject, Injectable, type OnModuleDestroy, Scope } from '@nestjs/common';
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

  it('may be closed once more by code behind app.close(), which many clients refuse', async () => {
    const pool = new CountedPool();
    const client = redis();
    const providers = [
      { provide: 'PG_POOL', useFactory: () => pool },
      { provide: 'REDIS', useFactory: () => client },
    ];
    const { closed } = await startWorker({ providers });
    expect((await closed()).resources.map(({ result }) => result)).toEqual(['closed', 'closed']);
    await Promise.all([pool.end(), client.quit()]);
    await new Promise<void>((resolve) => {
      pool.end(resolve);
    });
    expect(pool.ends).toBe(1);
  });

  it('may be closed by a hook of Nest although they were registered, and so are closed before it', async () => {
    @Injectable()
    class Database implements OnModuleDestroy {
      readonly pool = new CountedPool();

      constructor(@Inject(GracefulShutdown) shutdown: GracefulShutdown) {
        shutdown.register('database', this.pool);
      }

      async onModuleDestroy(): Promise<void> {
        await this.pool.end();
      }
    }
    const { app, closed } = await startWorker({ providers: [Database] });
    const { outcome, hooks } = await closed();
    expect({ outcome, ends: app.get(Database).pool.ends }).toEqual({ outcome: 'clean', ends: 1 });
    expect(hooks).toMatchObject([{ name: 'database', result: 'done' }]);
  });

  it('are found in a collection that is a provider; those in an object literal are left open by app.close()', async () => {
    const pools = Array.from({ length: 7 }, () => new CountedPool());
    const [eu, us, first, second, one, read, write] = pools;
    const providers = [
      {
        provide: 'TENANTS',
        useFactory: () =>
          new Map([
            ['eu', eu],
            ['us', us],
          ]),
      },
      { provide: 'SHARDS', useFactory: () => [first, second, undefined, { host: 'db' }] },
      { provide: 'SET', useFactory: () => new Set([one]) },
      { provide: 'ROLES', useFactory: () => ({ read, write, again: read, host: 'db' }) },
    ];
    const { closed, shutdown } = await startWorker({ providers });
    const results = (await closed()).resources.map(({ name, result }) => `${name}: ${result}`);
    const closedOnes = ['SET[0]', 'SHARDS[0]', 'SHARDS[1]', 'TENANTS.eu', 'TENANTS.us'];
    expect(results.toSorted()).toEqual([
      ...['ROLES.read', 'ROLES.write'].map((name) => `pg Pool ${name}: left-open`),
      ...closedOnes.map((name) => `pg Pool ${name}: closed`),
    ]);
    expect(pools.map(({ ends }) => ends)).toEqual([1, 1, 1, 1, 1, 0, 0]);
    expect(shutdown.resources()).toHaveLength(7);
    await Promise.all([read?.end(), write?.end()]);
  });

  it('of the scope TRANSIENT are found for each provider that they were made for', async () => {
    const pools: CountedPool[] = [];
    const make = (): CountedPool => {
      const pool = new CountedPool();
      pools.push(pool);
      return pool;
    };
    @Injectable()
    class Orders {
      constructor(@Inject('PG_POOL') readonly pool: Pool) {}
    }
    @Injectable()
    class Bills {
      constructor(@Inject('PG_POOL') readonly pool: Pool) {}
    }
    const pool = { provide: 'PG_POOL', scope: Scope.TRANSIENT, useFactory: make };
    const { closed } = await startWorker({ providers: [pool, Orders, Bills] });
    expect((await closed()).resources.map(({ name }) => name)).toEqual(['pg Pool PG_POOL', 'pg Pool PG_POOL']);
    expect(pools.map(({ ends }) => ends)).toEqual([1, 1]);
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
