import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { connect as connectNats3 } from '@nats-io/transport-node';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connect as connectManaged } from 'amqp-connection-manager';
import { connect as connectAmqp } from 'amqplib';
import { Queue } from 'bullmq';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Redis } from 'ioredis';
import knex from 'knex';
import { connectAsync as connectMqtt } from 'mqtt';
import { createPool } from 'mysql2';
import { createPool as createPromisePool } from 'mysql2/promise';
import { connect as connectNats } from 'nats';
import pg, { Client, Pool } from 'pg';
import { createClient } from 'redis';
import { firstValueFrom } from 'rxjs';
import { Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
import { Agent as UndiciAgent, request } from 'undici';
import { RESOURCE_KINDS } from '../../libs/lifecycle/src/resources/known-kinds.js';
import { underlying } from '../../libs/lifecycle/src/resources/underlying.js';
import { startWorker } from '../support/worker-app.js';

const POSTGRES = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const MARIADB = process.env['MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/test';
const REDIS = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const RABBITMQ = process.env['RABBITMQ_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';
const NATS = process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222';
const MQTT = process.env['MQTT_URL'] ?? 'mqtt://127.0.0.1:1883';
const PREFIX = `resources-${process.pid}`;

/** What became of clients, by their names; the outcome, and what was not seen. */
async function closeAll(clients: Readonly<Record<string, object>>) {
  const providers = Object.entries(clients).map(([provide, client]) => ({ provide, useFactory: () => client }));
  const { closed } = await startWorker({ providers });
  const { outcome, resources, unseen } = await closed();
  return {
    outcome,
    results: Object.fromEntries(resources.map(({ name, result }) => [name, result])),
    unseen,
  };
}

/** A server of HTTP that answers nothing but `/`. */
async function startServer(): Promise<{ server: Server; url: string }> {
  const server = createServer((req, res) => (req.url === '/' ? res.end('ok') : undefined));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // Of a server that listens on a port.
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await once(server.close(), 'close');
}

/** A client that is connected, and has worked: the name of its kind, and how it is made. */
const CONNECTED: readonly (readonly [title: string, what: string, make: () => Promise<object>])[] = [
  [
    'pg Pool',
    'a pool',
    async () => {
      const pool = new Pool({ connectionString: POSTGRES });
      await pool.query('select 1');
      return pool;
    },
  ],
  [
    'pg Pool',
    'Drizzle',
    async () => {
      const db = drizzle(new Pool({ connectionString: POSTGRES }));
      await db.execute('select 1');
      return db;
    },
  ],
  [
    'pg Client',
    'a client',
    async () => {
      const client = new Client(POSTGRES);
      await client.connect();
      return client;
    },
  ],
  [
    'mysql2 pool',
    'promises',
    async () => {
      const pool = createPromisePool(MARIADB);
      await pool.query('select 1');
      return pool;
    },
  ],
  [
    'mysql2 pool',
    'callbacks',
    async () => {
      const pool = createPool(MARIADB);
      await new Promise((resolve) => pool.query('select 1', resolve));
      return pool;
    },
  ],
  ['TypeORM DataSource', 'PostgreSQL', () => new DataSource({ type: 'postgres', url: POSTGRES }).initialize()],
  [
    'Sequelize',
    'PostgreSQL',
    async () => {
      const client = new Sequelize(POSTGRES, { dialectModule: pg, logging: false });
      await client.authenticate();
      return client;
    },
  ],
  [
    'Knex',
    'PostgreSQL',
    async () => {
      const client = knex({ client: 'pg', connection: POSTGRES });
      await client.raw('select 1');
      return client;
    },
  ],
  [
    'ioredis client',
    'single',
    async () => {
      const client = new Redis(REDIS);
      await client.ping();
      return client;
    },
  ],
  ['Redis client', 'single', async () => createClient({ url: REDIS }).connect()],
  [
    'BullMQ',
    'a queue',
    async () => {
      const queue = new Queue(PREFIX, { connection: { url: REDIS } });
      await queue.waitUntilReady();
      return queue;
    },
  ],
  ['amqplib connection', 'promises', async () => connectAmqp(RABBITMQ)],
  ['amqplib channel', 'with confirms', async () => (await connectAmqp(RABBITMQ)).createConfirmChannel()],
  [
    'AMQP connection manager',
    'a manager',
    async () => {
      const manager = connectManaged(RABBITMQ);
      await once(manager, 'connect');
      return manager;
    },
  ],
  ['AMQP channel wrapper', 'a wrapper', async () => connectManaged(RABBITMQ).createChannel()],
  ['NATS connection', 'nats 2', () => connectNats({ servers: NATS })],
  ['NATS connection', '@nats-io 3', () => connectNats3({ servers: NATS })],
  ['MQTT client', 'a client', () => connectMqtt(MQTT)],
  [
    'Nest client',
    'Redis',
    async () => {
      const { hostname, port } = new URL(REDIS);
      const client = ClientProxyFactory.create({
        transport: Transport.REDIS,
        options: { host: hostname, port: Number(port) },
      });
      await firstValueFrom(client.emit(`${PREFIX}-events`, {}));
      return client;
    },
  ],
];

/** What a test made beside the resource itself: a connection of its channel. */
async function closeRest(client: object): Promise<void> {
  for (const field of ['connection', '_connectionManager']) {
    const inner: unknown = Reflect.get(client, field);
    const close: unknown = typeof inner === 'object' && inner !== null ? Reflect.get(inner, 'close') : undefined;
    if (typeof close !== 'function' || Object.hasOwn(inner as object, 'sendMethod')) continue;
    const emitter = inner as { once?(event: string, listener: () => void): unknown; close(): unknown };
    await emitter.close();
  }
}

describe('clients of real servers', () => {
  it.each(CONNECTED)('%s, %s: is of one kind, and is closed', async (title, _what, make) => {
    const client = await make();
    const kinds = RESOURCE_KINDS.filter((kind) => kind.recognise(underlying(client)) !== undefined);
    expect(kinds.map((kind) => kind.title)).toEqual([title]);
    expect(await closeAll({ CLIENT: client })).toEqual({
      outcome: 'clean',
      results: { [`${title} CLIENT`]: 'closed' },
      unseen: [],
    });
    if (title === 'amqplib channel' || title === 'AMQP channel wrapper') await closeRest(client);
  });
});

describe('a client that was never given back', () => {
  it('of a pg Pool is closed by force, and the end is unverified', async () => {
    const pool = new Pool({ connectionString: POSTGRES });
    const leaked = await pool.connect();
    leaked.on('error', () => undefined);
    expect(await closeAll({ POOL: pool })).toEqual({
      outcome: 'unverified',
      results: { 'pg Pool POOL': 'forced' },
      unseen: [expect.stringContaining('queries of 1 clients that were never given back to a pg Pool')],
    });
  });

  it('of a mysql2 pool is closed by force, and the end is unverified', async () => {
    const pool = createPromisePool(MARIADB);
    await pool.getConnection();
    expect(await closeAll({ POOL: pool })).toMatchObject({
      outcome: 'unverified',
      results: { 'mysql2 pool POOL': 'forced' },
    });
  });

  it('of Knex is closed by force, and the end is unverified', async () => {
    const client = knex({ client: 'pg', connection: POSTGRES });
    const transaction = await client.transaction();
    await transaction.raw('select 1');
    expect(await closeAll({ KNEX: client })).toMatchObject({
      outcome: 'unverified',
      results: { 'Knex KNEX': 'forced' },
    });
  });
});

describe('work that still runs', () => {
  it('on clients that wait for a pg Pool has its turn', async () => {
    const pool = new Pool({ connectionString: POSTGRES, max: 1 });
    const queries = [1, 2, 3, 4].map((id) => pool.query<{ id: number }>('select $1::int as id, pg_sleep(0.05)', [id]));
    expect(await closeAll({ POOL: pool })).toMatchObject({ outcome: 'clean', results: { 'pg Pool POOL': 'closed' } });
    expect((await Promise.all(queries)).map(({ rows }) => rows[0]?.id)).toEqual([1, 2, 3, 4]);
  });

  it('in a transaction of TypeORM is committed before its connection goes', async () => {
    const source = await new DataSource({ type: 'postgres', url: POSTGRES }).initialize();
    const committed = source.transaction(async (manager) => {
      await manager.query('select pg_sleep(0.1)');
      return 'committed';
    });
    const { outcome } = await closeAll({ SOURCE: source });
    expect({ outcome, transaction: await committed }).toEqual({ outcome: 'clean', transaction: 'committed' });
  });

  it('as a confirm that RabbitMQ has not sent yet is waited for', async () => {
    const connection = await connectAmqp(RABBITMQ);
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const confirmed = Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve) => {
            channel.sendToQueue(queue, Buffer.from('order'), {}, (error) =>
              resolve(error === null ? 'confirmed' : error),
            );
          }),
      ),
    );
    const { outcome } = await closeAll({ CHANNEL: channel, CONNECTION: connection });
    expect({ outcome, confirmed: await confirmed }).toEqual({
      outcome: 'clean',
      confirmed: ['confirmed', 'confirmed', 'confirmed'],
    });
  });

  it('over an HTTP agent and an undici agent is waited for, and cut when it hangs', async () => {
    const { server, url } = await startServer();
    const [agent, hanging, undici] = [new Agent({ keepAlive: true }), new Agent(), new UndiciAgent()];
    await new Promise((resolve) => {
      get(url, { agent }, (answer) => answer.resume().once('end', resolve));
    });
    const hung = once(get(`${url}/hang`, { agent: hanging }), 'error');
    await (await request(url, { dispatcher: undici })).body.dump();
    const closed = await closeAll({ AGENT: agent, HANGING: hanging, UNDICI: undici });
    expect(closed).toEqual({
      outcome: 'unverified',
      results: { 'HTTP agent AGENT': 'closed', 'HTTP agent HANGING': 'forced', 'undici dispatcher UNDICI': 'closed' },
      unseen: [expect.stringContaining('1 requests of an HTTP agent')],
    });
    await hung;
    await stop(server);
  });
});

describe('what does not end', () => {
  it('a blocking command of Redis is let go by force, and loses nothing', async () => {
    const ioredis = new Redis(REDIS);
    const redis = await createClient({ url: REDIS }).connect();
    const blocked = Promise.allSettled([ioredis.blpop(`${PREFIX}-none`, 0), redis.blPop(`${PREFIX}-none`, 0)]);
    await once(ioredis, 'ready');
    expect(await closeAll({ IOREDIS: ioredis, REDIS: redis })).toEqual({
      outcome: 'clean',
      results: { 'ioredis client IOREDIS': 'forced', 'Redis client REDIS': 'forced' },
      unseen: [],
    });
    await blocked;
    expect(redis.isOpen).toBe(false);
  });

  it('a child process that ends by SIGTERM is waited for; one that does not is killed, and the end is unverified', async () => {
    const run = (code: string) =>
      spawn(process.execPath, ['-e', `${code}; console.log('up'); setInterval(() => 0, 1000)`]);
    const polite = run("process.on('SIGTERM', () => process.exit(3))");
    const stubborn = run("process.on('SIGTERM', () => undefined)");
    await Promise.all([polite, stubborn].map(({ stdout }) => once(stdout, 'data')));
    expect(await closeAll({ POLITE: polite, STUBBORN: stubborn })).toEqual({
      outcome: 'unverified',
      results: { 'child process POLITE': 'closed', 'child process STUBBORN': 'forced' },
      unseen: [expect.stringContaining('what child processes did')],
    });
    if (stubborn.signalCode === null) await once(stubborn, 'exit');
    expect({ polite: polite.exitCode, stubborn: stubborn.signalCode }).toEqual({ polite: 3, stubborn: 'SIGKILL' });
  });

  it('a worker thread that computes is terminated when its time is up, and the end is unverified', async () => {
    const busy = new Worker('for (;;);', { eval: true });
    await once(busy, 'online');
    expect(await closeAll({ BUSY: busy })).toMatchObject({
      outcome: 'unverified',
      results: { 'worker thread BUSY': 'forced' },
    });
    if (busy.threadId > 0) await once(busy, 'exit');
  });
});

describe('TypeOrmModule', () => {
  it('goes on to close its data source, and nothing is closed twice', async () => {
    const { closed, shutdown } = await startWorker({
      imports: [TypeOrmModule.forRoot({ type: 'postgres', url: POSTGRES })],
    });
    expect(shutdown.plan().filter(({ what }) => what === 'resource')).toMatchObject([
      { name: 'TypeORM DataSource DataSource', by: 'TypeOrmCoreModule.onApplicationShutdown(), else nestjs-lifecycle' },
    ]);
    const { outcome, resources } = await closed();
    expect({ outcome, results: resources.map(({ result }) => result) }).toEqual({
      outcome: 'clean',
      results: ['closed-before'],
    });
  });
});
