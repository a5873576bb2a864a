import { once } from 'node:events';
import { createConnection } from 'mongoose';
import { connect } from 'nats';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { PrismaLike } from '../support/resource-zoo.js';
import { unansweringNats, unansweringRedis } from '../support/unanswering-servers.js';
import { startWorker } from '../support/worker-app.js';

const NOWHERE = '127.0.0.1:1';

/** Starts a service with a client, lets `use` do something with it that nobody waits for, and closes the service. */
async function closeWith<Client extends object>(client: Client, use: (client: Client) => void) {
  const providers = [{ provide: 'CLIENT', useFactory: () => client }];
  const { closed } = await startWorker({ providers, options: { gracePeriod: '3s', hookBudget: '400ms' } });
  use(client);
  const { outcome, resources, unseen } = await closed();
  return { outcome, results: resources.map(({ result }) => result), unseen };
}

const cut = (what: string): object => ({
  outcome: 'unverified',
  results: ['forced'],
  unseen: [expect.stringContaining(what)],
});
const lost = (work: Promise<unknown>): void => void work.catch(() => undefined);

describe('what a server has not answered', () => {
  it('makes the end unverified: a command of ioredis that was sent, or that waits for its Redis', async () => {
    await using server = await unansweringRedis();
    const connected = new Redis({ port: server.port, enableReadyCheck: false });
    await once(connected, 'ready');
    const away = new Redis(1, { retryStrategy: () => 10, maxRetriesPerRequest: null }).on('error', () => undefined);
    for (const client of [connected, away]) {
      const end = await closeWith(client, (redis) => lost(redis.lpush('payments', '7')));
      expect(end).toEqual(cut('1 commands that Redis has not answered'));
    }
  });

  it('loses nothing where ioredis waits for the next of a list, or has nothing to send', async () => {
    await using server = await unansweringRedis();
    const client = new Redis({ port: server.port, enableReadyCheck: false });
    await once(client, 'ready');
    const waiting = await closeWith(client, (redis) => lost(redis.blpop('jobs', 0)));
    expect(waiting).toEqual({ outcome: 'clean', results: ['forced'], unseen: [] });
    const idle = new Redis(1, { retryStrategy: () => 10 }).on('error', () => undefined);
    expect(await closeWith(idle, () => undefined)).toEqual({ outcome: 'clean', results: ['closed'], unseen: [] });
  });

  it('makes the end unverified: a command of redis', async () => {
    await using server = await unansweringRedis();
    const client = createClient({ socket: { port: server.port } }).on('error', () => undefined);
    await client.connect();
    const end = await closeWith(client, (redis) => lost(redis.lPush('payments', '7')));
    expect(end).toEqual(cut('1 commands that Redis has not answered'));
  });

  it('makes the end unverified: a message to NATS', async () => {
    await using server = await unansweringNats();
    const connection = await connect({ port: server.port });
    const end = await closeWith(connection, (nats) => nats.publish('payments', '7'));
    expect(end).toEqual(cut('messages that the NATS server has not confirmed'));
  });

  it('is waited for: a transaction of Prisma, which it would roll back', async () => {
    const prisma = new PrismaLike();
    let commit: () => void = () => undefined;
    prisma.$transaction = (): Promise<void> =>
      new Promise((resolve) => {
        commit = (): void => {
          prisma.calls.push('commit');
          resolve();
        };
      });
    const end = await closeWith(prisma, (client) => {
      lost(client.$transaction());
      setTimeout(commit, 50);
    });
    expect(end).toEqual({ outcome: 'clean', results: ['closed'], unseen: [] });
    expect(prisma.calls).toEqual(['commit', 'disconnect']);
  });

  it('makes the end unverified: a transaction of Prisma without an end', async () => {
    const prisma = new PrismaLike();
    prisma.$transaction = (): Promise<void> => new Promise(() => undefined);
    const end = await closeWith(prisma, (client) => lost(client.$transaction()));
    expect(end).toEqual(cut('queries and transactions of a Prisma client'));
    expect(prisma.calls).toEqual(['disconnect']);
  });
});

describe('a Mongoose connection that never came', () => {
  it('is closed at once, unless an operation waits for it', async () => {
    const connecting = createConnection(`mongodb://${NOWHERE}`);
    lost(connecting.asPromise());
    expect(await closeWith(connecting, () => undefined)).toEqual({ outcome: 'clean', results: ['closed'], unseen: [] });
    const waitedFor = createConnection(`mongodb://${NOWHERE}`);
    lost(waitedFor.asPromise());
    const end = await closeWith(waitedFor, (connection) => lost(connection.collection('orders').insertOne({})));
    expect(end).toEqual(cut('operations of a Mongoose connection'));
  });
});
