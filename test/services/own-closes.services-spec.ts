import { once } from 'node:events';
import { connect } from 'amqplib';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { HttpClient } from '../support/http-client.js';
import { MongoServer } from '../support/mongo-server.js';
import { createPaymentsDatabase } from '../support/payments-database.js';
import { startProgram } from '../support/program.js';
import { reportOf, stepsOf } from '../support/service.js';

const REDIS = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const RABBITMQ = process.env['RABBITMQ_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';
const QUEUE = `own-closes-${process.pid}`;

const DONE = ['the order is written', 'the payment is done'];

/** Stops a service in the middle of a payment: what its client saw, its steps, what became of its clients. */
async function stopInTheMiddle(application: string, env: Record<string, string>) {
  const program = startProgram('own-closes/service', { nest: 12, env: { APPLICATION: application, ...env } });
  try {
    const client = new HttpClient(await program.url());
    const answer = client.request({ method: 'POST', path: '/orders/7' }).finally(() => client.close());
    await program.waitForLine(/^step: the order is written$/);
    program.signal('SIGTERM');
    const [end, { status }] = await Promise.all([program.exit, answer]);
    const { outcome, unseen, resources } = reportOf(end);
    const [first, second, ...closes] = stepsOf(end);
    return {
      ...{ status, code: end.code, outcome, unseen },
      payment: [first, second],
      closes: closes.toSorted(),
      resources: Object.fromEntries(resources.map(({ name, result }) => [name, result])),
    };
  } finally {
    // One that waits in a transaction would keep its tables from being removed.
    await program.kill();
  }
}

/** What the plan of a service says of its clients, a line each. */
async function planOf(application: string, env: Record<string, string>): Promise<string[]> {
  const plan = { APPLICATION: application, SHUTDOWN_PRINT_PLAN: '1', ...env };
  const { code, output } = await startProgram('own-closes/service', { nest: 12, env: plan }).exit;
  if (code !== 0) throw new Error(output);
  return [...output.matchAll(/^\d+ +\d+ +(close .*)$/gm)].map(([, line = '']) => line.replace(/ {2,}/, ' | '));
}

/** What the jobs have written to Redis. */
function booksInRedis() {
  const redis = new Redis(REDIS);
  const read = (name: string): Promise<string[]> => redis.lrange(`${QUEUE}:${name}`, 0, -1);
  return {
    read: async () => ({ orders: await read('orders'), payments: await read('payments') }),
    [Symbol.asyncDispose]: async () => {
      await redis.del(`${QUEUE}:orders`, `${QUEUE}:payments`);
      await redis.quit();
      const queue = new Queue(QUEUE, { connection: { url: REDIS } });
      await queue.obliterate({ force: true });
      await queue.close();
    },
  };
}

/**
 * What the consumer of messages has sent to a queue of RabbitMQ, which is complete when two messages have come, and how many are left
 * that it was sent.
 */
async function booksInRabbitmq() {
  const connection = await connect(RABBITMQ);
  const channel = await connection.createChannel();
  const messages: string[] = [];
  await channel.assertQueue(`${QUEUE}-books`, { exclusive: true });
  const areComplete = new Promise<void>((resolve) => {
    void channel.consume(`${QUEUE}-books`, (message) => {
      messages.push(message?.content.toString() ?? 'cancelled');
      if (messages.length === 2) resolve();
    });
  });
  return {
    messages,
    areComplete,
    unacknowledged: async () => (await channel.checkQueue(QUEUE)).messageCount,
    [Symbol.asyncDispose]: async () => {
      await channel.deleteQueue(QUEUE);
      await Promise.all([once(connection, 'close'), connection.close()]);
    },
  };
}

const CLEAN = { status: 201, code: 0, outcome: 'clean', unseen: [], payment: DONE };

describe('an application that closes its clients by itself', () => {
  it('over TypeORM: the transaction is committed, TypeOrmModule closes, once', async () => {
    await using database = await createPaymentsDatabase('postgres');
    const env = { PAYMENTS: JSON.stringify({ client: 'typeorm', server: 'postgres', url: database.url }) };
    expect(await planOf('typeorm', env)).toEqual([
      'close TypeORM DataSource DataSource (database) | TypeOrmCoreModule.onApplicationShutdown(), else nestjs-lifecycle',
    ]);
    expect(await stopInTheMiddle('typeorm', env)).toEqual({
      ...CLEAN,
      closes: ['DataSource 1.destroy()'],
      resources: { 'TypeORM DataSource DataSource': 'closed-before' },
    });
    expect(await database.read()).toEqual({ orders: [7], payments: [7] });
  });

  it('over Prisma: the transaction is committed, its own onModuleDestroy disconnects, once', async () => {
    await using database = await createPaymentsDatabase('postgres');
    const env = { PAYMENTS: JSON.stringify({ client: 'prisma', server: 'postgres', url: database.url }) };
    expect(await planOf('prisma', env)).toEqual([
      'close Prisma client PrismaService (database) | PrismaService.onModuleDestroy(), else nestjs-lifecycle',
    ]);
    expect(await stopInTheMiddle('prisma', env)).toEqual({
      ...CLEAN,
      closes: [expect.stringMatching(/^\w+ 1\.\$disconnect\(\)$/)],
      resources: { 'Prisma client PrismaService': 'closed-before' },
    });
    expect(await database.read()).toEqual({ orders: [7], payments: [7] });
  });

  it('over Mongoose: both documents are there, its module closes the connection, once', async () => {
    await using server = await MongoServer.start();
    const env = { MONGODB_URL: server.url };
    expect(await planOf('mongoose', env)).toEqual([
      'close Mongoose connection DatabaseConnection (database) | MongooseStoreModule.onApplicationShutdown(), else nestjs-lifecycle',
    ]);
    expect(await stopInTheMiddle('mongoose', env)).toEqual({
      ...CLEAN,
      closes: [expect.stringMatching(/^\w+ 1\.close\(\)$/)],
      resources: { 'Mongoose connection DatabaseConnection': 'closed-before' },
    });
    expect(server.inserted).toEqual(['orders 7', 'payments 7']);
  });

  it('over BullMQ: the job is done, the queue, the worker, the events and the own client are closed once', async () => {
    await using books = booksInRedis();
    const env = { QUEUE, REDIS_URL: REDIS };
    expect(await planOf('bullmq', env)).toEqual([
      'close BullMQ PaidEvents (producer) | PaidEvents.onModuleDestroy(), else nestjs-lifecycle',
      `close BullMQ BullQueue_${QUEUE} (producer) | BullQueue_${QUEUE}.onApplicationShutdown(), else nestjs-lifecycle`,
      'close ioredis client Books (cache) | Books.onModuleDestroy(), else nestjs-lifecycle',
    ]);
    expect(await stopInTheMiddle('bullmq', env)).toEqual({
      ...CLEAN,
      closes: ['Books 1.quit()', 'PaidEvents 1.close()', 'Queue 1.close()', 'the worker closes'],
      resources: {
        [`BullMQ BullQueue_${QUEUE}`]: 'closed-before',
        'BullMQ PaidEvents': 'closed-before',
        'ioredis client Books': 'closed-before',
      },
    });
    expect(await books.read()).toEqual({ orders: ['7'], payments: ['7'] });
  });

  it('over RabbitMQ: the message is answered and acknowledged, the channels and connections are closed once', async () => {
    await using books = await booksInRabbitmq();
    const env = { QUEUE, RABBITMQ_URL: RABBITMQ };
    expect(await planOf('rabbitmq', env)).toEqual([
      'close AMQP channel wrapper RECEIPTS (producer) | nestjs-lifecycle',
      'close AMQP connection manager RABBITMQ (client) | nestjs-lifecycle',
      'close Nest client PAYMENTS (client) | PAYMENTS.onApplicationShutdown(), else nestjs-lifecycle',
    ]);
    const { closes, ...rest } = await stopInTheMiddle('rabbitmq', env);
    expect(rest).toEqual({
      ...CLEAN,
      resources: {
        'AMQP channel wrapper RECEIPTS': 'closed-before',
        'AMQP connection manager RABBITMQ': 'closed-before',
        'Nest client PAYMENTS': 'closed-before',
      },
    });
    expect(new Set(closes).size).toBe(closes.length);
    expect(closes).toContain('AmqpConnectionManager 1.close()');
    await books.areComplete;
    expect(books.messages).toEqual(['{"order":7}', '{"payment":7}']);
    expect(await books.unacknowledged()).toBe(0);
  });
});
