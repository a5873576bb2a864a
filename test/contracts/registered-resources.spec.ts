import { Agent } from 'node:http';
import { type OnModuleDestroy } from '@nestjs/common';
import { drizzle } from 'drizzle-orm/node-postgres';
import { InvalidHookError, type RegisterOptions } from 'nestjs-lifecycle';
import { Pool } from 'pg';
import { tracing } from '@opentelemetry/sdk-node';
import { CountedPool } from '../support/counted-pool.js';
import { PrismaLike } from '../support/resource-zoo.js';
import { startWorker } from '../support/worker-app.js';

describe('what is given to register()', () => {
  it('is known by its kind: type, priority, state, duration, in the list, the plan, the report', async () => {
    const [pool, agent, cache] = [new CountedPool(), new Agent(), { close: (): void => undefined }];
    const { shutdown, closed } = await startWorker({});
    shutdown.register('orders', pool);
    shutdown.register('drizzle', drizzle(new Pool()), { priority: 75 });
    shutdown.register('payments API', agent);
    shutdown.register('cache', cache);
    shutdown.register('index', () => undefined, { type: 'cache' });
    shutdown.register('farewell', () => undefined);
    expect(shutdown.resources()).toEqual([
      { name: 'cache', type: 'custom', priority: 50, state: 'open', by: "register('cache', …)" },
      { name: 'index', type: 'cache', priority: 70, state: 'open', by: "register('index', …)" },
      { name: 'drizzle', type: 'database', priority: 75, state: 'open', by: "register('drizzle', …)" },
      { name: 'orders', type: 'database', priority: 80, state: 'open', by: "register('orders', …)" },
      { name: 'payments API', type: 'agent', priority: 85, state: 'open', by: "register('payments API', …)" },
    ]);
    expect(shutdown.plan().filter(({ when }) => when === 'closing')).toMatchObject([
      { what: 'hook', name: 'farewell', priority: 50 },
      { what: 'resource', name: 'cache', type: 'custom', priority: 50 },
      { what: 'resource', name: 'index', type: 'cache', priority: 70 },
      { what: 'resource', name: 'drizzle', type: 'database', priority: 75 },
      { what: 'resource', name: 'orders', type: 'database', priority: 80 },
      { what: 'resource', name: 'payments API', type: 'agent', priority: 85 },
    ]);
    const { outcome, resources, hooks } = await closed();
    expect(outcome).toBe('clean');
    expect(hooks.map(({ name }) => name)).toEqual(['farewell', 'cache', 'index', 'drizzle', 'orders', 'payments API']);
    expect(resources).toMatchObject([
      { name: 'cache', type: 'custom', result: 'closed' },
      { name: 'index', type: 'cache', result: 'closed' },
      { name: 'drizzle', type: 'database', result: 'closed' },
      { name: 'orders', type: 'database', priority: 80, result: 'closed' },
      // It has no connection, so there is nothing to close.
      { name: 'payments API', type: 'agent', result: 'closed-before' },
    ]);
    expect(pool.ends).toBe(1);
    expect(shutdown.resources()).toContainEqual(
      expect.objectContaining({ name: 'orders', state: 'closed', durationMs: expect.any(Number) as number }),
    );
    expect(shutdown.statistics().resources).toEqual({
      total: 5,
      states: { closed: 4, 'closed-before': 1 },
      types: { custom: 1, cache: 1, database: 2, agent: 1 },
    });
  });

  it('is not closed a second time where it is a provider too', async () => {
    const pool = new CountedPool();
    const { shutdown, closed } = await startWorker({ providers: [{ provide: 'POOL', useFactory: () => pool }] });
    expect(shutdown.resources()).toMatchObject([{ name: 'pg Pool POOL', by: 'nestjs-lifecycle' }]);
    using registration = shutdown.register('orders', pool);
    expect(shutdown.resources()).toMatchObject([{ name: 'orders', by: "register('orders', …)" }]);
    expect(shutdown.unregister(registration)).toBe(true);
    expect(shutdown.resources()).toMatchObject([{ name: 'pg Pool POOL' }]);
    shutdown.register('orders', pool);
    const { resources } = await closed();
    expect(resources.map(({ name, result }) => [name, result])).toEqual([['orders', 'closed']]);
    expect(pool.ends).toBe(1);
  });

  it('is left alone where the application has closed it since the signal', async () => {
    const prisma = new PrismaLike();
    const { shutdown, closed } = await startWorker({});
    shutdown.register('prisma', prisma);
    shutdown.register('own code', () => prisma.$disconnect(), { priority: 10 });
    expect((await closed()).resources).toMatchObject([{ name: 'prisma', result: 'closed-before' }]);
    expect(prisma.calls).toEqual(['disconnect']);
  });

  it('is closed by force when its time is up, which fails nothing', async () => {
    class Stuck extends CountedPool {
      override end(): Promise<void>;
      override end(callback: () => void): void;
      override end(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    const { shutdown, closed } = await startWorker({});
    shutdown.register('stuck', new Stuck(), { timeout: 50 });
    const { outcome, hooks, resources } = await closed();
    expect(outcome).toBe('clean');
    expect(hooks).toMatchObject([{ name: 'stuck', result: 'done' }]);
    expect(resources).toMatchObject([
      { name: 'stuck', result: 'forced', error: expect.stringMatching(/^stuck did not close within/) as string },
    ]);
    expect(shutdown.resources()).toMatchObject([{ name: 'stuck', state: 'forced' }]);
  });

  it('of no known kind that fails, or that hangs, has failed', async () => {
    const { shutdown, closed } = await startWorker({});
    const broken = { close: () => Promise.reject(new Error('broken on purpose')) };
    shutdown.register('broken', broken);
    shutdown.register('hanging', { end: () => new Promise(() => undefined) }, { timeout: 50 });
    const { outcome, resources } = await closed();
    expect(outcome).toBe('failed');
    expect(new Map(resources.map(({ name, result, error }) => [name, [result, error]]))).toEqual(
      new Map([
        ['broken', ['failed', 'broken on purpose']],
        ['hanging', ['failed', expect.stringMatching(/^hanging did not finish within \d+ms\.$/) as string]],
      ]),
    );
  });

  it('that is telemetry is closed when all is over', async () => {
    const steps: string[] = [];
    class Processor extends tracing.NoopSpanProcessor {
      override async shutdown(): Promise<void> {
        steps.push('spans are sent');
      }
    }
    class Late implements OnModuleDestroy {
      onModuleDestroy(): void {
        steps.push('onModuleDestroy');
      }
    }
    const { shutdown, closed } = await startWorker({ providers: [Late] });
    shutdown.register('traces', new tracing.BasicTracerProvider({ spanProcessors: [new Processor()] }));
    expect(shutdown.plan()).toContainEqual(
      expect.objectContaining({ when: 'stopped', name: 'traces', type: 'telemetry', priority: 90 }),
    );
    expect((await closed()).resources).toMatchObject([{ name: 'traces', result: 'closed' }]);
    expect(steps).toEqual(['onModuleDestroy', 'spans are sent']);
  });
});

describe('unregister()', () => {
  it('takes back by its handle, by its name, and says whether there was one', async () => {
    const [pool, other] = [new CountedPool(), new CountedPool()];
    const { shutdown, closed } = await startWorker({});
    const handle = shutdown.register('orders', pool);
    shutdown.register('other', other);
    expect([shutdown.unregister(handle), shutdown.unregister(handle)]).toEqual([true, false]);
    expect([shutdown.unregister('other'), shutdown.unregister('other'), shutdown.unregister('none')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(shutdown.resources()).toEqual([]);
    const { hooks, resources } = await closed();
    expect({ hooks, resources, ends: [pool.ends, other.ends] }).toEqual({ hooks: [], resources: [], ends: [0, 0] });
    await Promise.all([pool.end(), other.end()]);
  });
});

describe('input that cannot be used', () => {
  const BAD: readonly (readonly [string, unknown, string])[] = [
    ['a priority', { priority: 1.5 }, "register('pool', …): received priority 1.5; allowed: an integer from 0 to 100"],
    ['a type', { type: 'data base' }, "received type 'data base'; allowed: 'producer', 'client', 'cache', 'database'"],
    ['a method', { closeWith: 7 }, "received closeWith 7; allowed: the name of a method. Type closeWith: 'close'."],
    ['a slip of the pen', { priorty: 80 }, 'there is no option priorty. Did you mean priority?'],
    ['a number', 80, 'its options are no object. Type { priority: 80 }.'],
  ];

  it.each(BAD)('as %s is an error that says what to type', async (_what, options, message) => {
    const { shutdown, closed } = await startWorker({});
    const register = (): unknown => shutdown.register('pool', () => undefined, options as RegisterOptions);
    expect(register).toThrow(InvalidHookError);
    expect(register).toThrow(message);
    expect((await closed()).hooks).toEqual([]);
  });

  it.each([
    [undefined, 'undefined'],
    ['', 'without a name'],
    [7, '7'],
  ])('as the name %p is told of, with what to type, and runs all the same', async (given, name) => {
    const { shutdown, closed, logger } = await startWorker({});
    shutdown.register(given as string, () => undefined);
    expect(
      logger.texts('warn').filter((text) => text.includes("as a name. Type register('cache', client).")),
    ).toHaveLength(1);
    expect((await closed()).hooks).toMatchObject([{ name, result: 'done' }]);
  });
});
