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
  const client = new HttpClient(await program.url());
  const answer = client.request({ method: 'POST', path: '/orders/7' });
  await program.waitForLine(/^step: the order is written$/);
  program.signal('SIGTERM');
  const end = await program.exit;
  const { status } = await answer;
  client.close();
  const { outcome, unseen, resources } = reportOf(end);
  const [first, second, ...closes] = stepsOf(end);
  return {
    ...{ status, code: end.code, outcome, unseen },
    payment: [first, second],
    closes: closes.toSorted(),
    resources: Object.fromEntries(resources.map(({ name, result }) => [name, result])),
  };
}

/** What the plan of a service says of its clients, a line each. */
async function planOf(application: string, env: Record<string, string>): Promise<string[]> {
  const plan = { APPLICATION: application, SHUTDOWN_PRINT_PLAN: '1', ...env };
  const { code, output } = await startProgram('own-closes/service', { nest: 12, env: plan }).exit;
  if (code !== 0) throw new Error(output);
  return [...output.matchAll(/^\d+ +\d+ +(close .*)$/gm)].map(([, line = '']) => line.replace(/ {2,}/, ' | '));
}

const CLEAN = { status: 201, code: 0, outcome: 'clean', unseen: [], payment: DONE };

describe('an application that closes its clients by itself', () => {
  it('over TypeORM: the transaction is committed, TypeOrmModule closes, once', async () => {
    const database = await createPaymentsDatabase('postgres');
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
    await database.remove();
  });

  it('over Prisma: the transaction is committed, its own onModuleDestroy disconnects, once', async () => {
    const database = await createPaymentsDatabase('postgres');
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
    await database.remove();
  });

  it('over Mongoose: both documents are there, its module closes the connection, once', async () => {
    const server = await MongoServer.start();
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
    await server.stop();
  });

  it('over BullMQ: the job is done, the queue, the worker, the events and the own client are closed once', async () => {
    const env = { QUEUE, REDIS_URL: REDIS };
    expect(await planOf('bullmq', env)).toEqual([
      'close BullMQ PaidEvents (producer) | PaidEvents.onModuleDestroy(), else nestjs-lifecycle',
      `close BullMQ BullQueue_${QUEUE} (producer) | BullQueue_${QUEUE}.onApplicationShutdown(), else nestjs-lifecycle`,
      'close ioredis client Books (cache) | Books.onModuleDestroy(), else nestjs-lifecycle',
    ]);
    expect(await stopInTheMiddle('bullmq', env)).toEqual({
      ...CLEAN,
      closes: ['Books 1.quit()', 'PaidEvents 1.close()', 'Queue 1.close()', 'Worker 1.close()'],
      resources: {
        [`BullMQ BullQueue_${QUEUE}`]: 'closed-before',
        'BullMQ PaidEvents': 'closed-before',
        'ioredis client Books': 'closed-before',
      },
    });
    const redis = new Redis(REDIS);
    const books = await Promise.all(['orders', 'payments'].map((name) => redis.lrange(`${QUEUE}:${name}`, 0, -1)));
    expect(books).toEqual([['7'], ['7']]);
    await redis.del(`${QUEUE}:orders`, `${QUEUE}:payments`);
    await redis.quit();
    const queue = new Queue(QUEUE, { connection: { url: REDIS } });
    await queue.obliterate({ force: true });
    await queue.close();
  });

  it('over RabbitMQ: the message is answered and acknowledged, the channels and connections are closed once', async () => {
    const connection = await connect(RABBITMQ);
    const channel = await connection.createChannel();
    const books: string[] = [];
    await channel.assertQueue(`${QUEUE}-books`, { exclusive: true });
    const complete = new Promise<void>((resolve) => {
      void channel.consume(`${QUEUE}-books`, (message) => {
        books.push(message?.content.toString() ?? 'cancelled');
        if (books.length === 2) resolve();
      });
    });
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
    await complete;
    expect(books).toEqual(['{"order":7}', '{"payment":7}']);
    await Promise.all([once(connection, 'close'), connection.close()]);
  });
});
