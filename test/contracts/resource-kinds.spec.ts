import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { globalAgent } from 'node:http';
import { Worker } from 'node:worker_threads';
import { BullModule } from '@nestjs/bullmq';
import { ConfigService } from '@nestjs/config';
import { ConsoleLogger, Logger, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer, Reflector } from '@nestjs/core';
import { ClientsModule, Transport } from '@nestjs/microservices';
import { createCache } from 'cache-manager';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Redis } from 'ioredis';
import { Mongoose } from 'mongoose';
import { createPoolCluster } from 'mysql2';
import { Pool } from 'pg';
import { getGlobalDispatcher } from 'undici';
import { RESOURCE_KINDS } from '../../libs/lifecycle/src/resources/known-kinds.js';
import { clientsIn, underlying } from '../../libs/lifecycle/src/resources/underlying.js';
import { startWorker } from '../support/worker-app.js';
import { PrismaLike, ZOO } from '../support/resource-zoo.js';

/** A worker of pino would keep the process of the test. */
async function endLog(client: object): Promise<void> {
  const closable = RESOURCE_KINDS.map((kind) => kind.recognise(underlying(client))).find((each) => each?.end);
  await closable?.end?.({ remainingMs: 60_000, signal: new AbortController().signal });
}

const kindsOf = (value: object): string[] =>
  RESOURCE_KINDS.filter((kind) => kind.recognise(underlying(value)) !== undefined).map(({ title }) => title);

/** Everything that a client of any kind can do, and nothing of what it is. */
const METHODS = [
  ...['connect', 'end', 'query', 'close', 'quit', 'disconnect', 'destroy', 'drain', 'duplicate', 'sendCommand', 'ping'],
  ...[
    '$connect',
    '$disconnect',
    '$transaction',
    'getConnection',
    'execute',
    'authenticate',
    'define',
    'transaction',
    'raw',
  ],
  ...['db', 'startSession', 'watch', 'openUri', 'model', 'add', 'addBulk', 'getFlow', 'emit', 'on', 'once', 'logger'],
  ...['createChannel', 'createConfirmChannel', 'isConnected', 'publish', 'subscribe', 'assertQueue', 'sendToQueue'],
  ...[
    'isClosed',
    'isDraining',
    'endAsync',
    'reconnect',
    'send',
    'createPacket',
    'dispatch',
    'run',
    'kill',
    'terminate',
  ],
];

function answers(): Record<string, unknown> {
  return Object.fromEntries(METHODS.map((name) => [name, jest.fn()]));
}

/** A value with a getter of every name, each of which fails the test. */
function getters(): object {
  const fields = ['status', 'isOpen', 'isInitialized', 'totalCount', 'closed', 'events', 'options', 'context', 's'];
  const value = {};
  for (const name of [...METHODS, ...fields]) {
    Object.defineProperty(value, name, {
      get() {
        throw new Error(`${name} was read`);
      },
    });
  }
  return value;
}

class Service extends EventEmitter {
  readonly options = {};
  readonly connection = {};
  readonly client = { close: (): void => undefined };
  status = 'ready';
  connected = true;
  closed = false;
  ended = false;

  connect(): void {}
  query(): void {}
  end(): void {}
  close(): void {}
  quit(): void {}
  disconnect(): void {}
  destroy(): void {}
  publish(): void {}
  subscribe(): void {}
  send(): void {}
}

const LOOK_ALIKES: readonly (readonly [string, object])[] = [
  ['an object that answers every method', answers()],
  ['an object that answers every method, with a state', { ...answers(), status: 'ready', isInitialized: true }],
  ['a function that answers every method', Object.assign(jest.fn(), answers())],
  ['a Proxy that answers every name with a function', new Proxy({}, { get: () => jest.fn() })],
  [
    'a Proxy that answers every name with itself',
    new Proxy(() => undefined, { get: (_target, _name, self: unknown) => self }),
  ],
  ['an object with a getter of every name', getters()],
  ['a service of the application', new Service()],
  ['an object without a prototype', Object.create(null)],
  ['a Map', new Map()],
  ['a promise', Promise.resolve()],
  ['ModulesContainer', new ModulesContainer()],
  ['HttpAdapterHost', new HttpAdapterHost()],
  ['Reflector', new Reflector()],
  ['ConfigService', new ConfigService()],
  ['Logger', new Logger()],
  ['ConsoleLogger', new ConsoleLogger()],
  ['a cache of cache-manager', createCache()],
  ['the global agent of http', globalAgent],
  ['the global dispatcher of undici', getGlobalDispatcher()],
];

describe('the kinds of resources', () => {
  it.each(LOOK_ALIKES)('leave %s alone', (_what, value) => {
    expect(kindsOf(value)).toEqual([]);
  });

  it('know a client of each kind, which is of no other kind, and close it although it was never connected', async () => {
    const clients = ZOO.map(([, , make]) => make());
    expect(clients.map(kindsOf)).toEqual(ZOO.map(([title]) => [title]));
    const providers = clients.map((client, index) => ({ provide: `CLIENT_${index}`, useFactory: () => client }));
    const { shutdown, closed } = await startWorker({ providers });
    expect(shutdown.plan().filter(({ what }) => what === 'resource')).toHaveLength(ZOO.length);
    const { outcome, resources } = await closed();
    const results = new Map(resources.map(({ name, result, error }) => [name, error ?? result]));
    const found = ZOO.map(([title, what], index) => [title, what, results.get(`${title} CLIENT_${index}`)]);
    const notClosed = found.filter(([, , result]) => !['closed', 'closed-before', 'flushed'].includes(String(result)));
    expect({ outcome, notClosed }).toEqual({ outcome: 'clean', notClosed: [] });
    // What is known of a client is known again: all are closed now.
    const left = ZOO.filter((_each, index) => {
      const client = underlying(clients[index] ?? {});
      return RESOURCE_KINDS.some((kind) => kind.recognise(client)?.isClosed() === false);
    });
    // These do not show it, and logs are ended with the process alone.
    const unseen = ['Prisma client', 'kafkajs client', 'Nest client', 'Piscina pool', 'OpenTelemetry tracer provider'];
    const logs = ['OpenTelemetry logger provider', 'pino logger', 'winston logger'];
    expect(new Set(left.map(([title]) => title))).toEqual(new Set([...unseen, ...logs]));
    await Promise.all(clients.map(endLog));
  });
});

/** The outcome of what happens to each resource, by its name. */
async function resultsOf(parts: Parameters<typeof startWorker>[0]): Promise<Record<string, string>> {
  const { closed } = await startWorker(parts);
  return Object.fromEntries((await closed()).resources.map(({ name, result }) => [name, result]));
}

describe('a client that does not show whether it is closed', () => {
  it('is closed where the application has not', async () => {
    const prisma = new PrismaLike();
    const results = await resultsOf({ providers: [{ provide: 'PRISMA', useFactory: () => prisma }] });
    expect(results).toEqual({ 'Prisma client PRISMA': 'closed' });
    expect(prisma.calls).toEqual(['disconnect']);
  });

  it('is left alone where the application has closed it during the shutdown', async () => {
    class Prisma extends PrismaLike implements OnModuleDestroy {
      async onModuleDestroy(): Promise<void> {
        await this.$disconnect();
      }
    }
    const prisma = new Prisma();
    const results = await resultsOf({ providers: [{ provide: Prisma, useFactory: () => prisma }] });
    expect(results).toEqual({ 'Prisma client Prisma': 'closed-before' });
    expect(prisma.calls).toEqual(['disconnect']);
    expect(Object.hasOwn(prisma, '$disconnect')).toBe(false);
  });

  it('is closed again where a query has connected it since', async () => {
    class Prisma extends PrismaLike implements OnModuleDestroy {
      async onModuleDestroy(): Promise<void> {
        await this.$disconnect();
        await this._request();
      }
    }
    const prisma = new Prisma();
    const results = await resultsOf({ providers: [{ provide: Prisma, useFactory: () => prisma }] });
    expect(results).toEqual({ 'Prisma client Prisma': 'closed' });
    expect(prisma.calls).toEqual(['disconnect', 'request', 'disconnect']);
  });

  it('was not closed by what happened before the shutdown', async () => {
    const prisma = new PrismaLike();
    const { closed } = await startWorker({ providers: [{ provide: 'PRISMA', useFactory: () => prisma }] });
    await prisma.$disconnect();
    await prisma._request();
    await closed();
    expect(prisma.calls).toEqual(['disconnect', 'request', 'disconnect']);
  });
});

describe('modules that close what they make', () => {
  it('go on to do so, and nothing is closed twice', async () => {
    const results = await resultsOf({
      imports: [
        ClientsModule.register([{ name: 'ORDERS', transport: Transport.TCP, options: { host: '127.0.0.1', port: 1 } }]),
        BullModule.registerQueue({
          name: 'bills',
          connection: { host: '127.0.0.1', port: 1, retryStrategy: () => null, maxRetriesPerRequest: null },
        }),
      ],
    });
    expect(results).toEqual({ 'Nest client ORDERS': 'closed-before', 'BullMQ BullQueue_bills': 'closed-before' });
  });
});

describe('a client behind a wrapper', () => {
  it('is the one that is closed, once, under the token of the client', async () => {
    const pool = new Pool();
    const results = await resultsOf({
      providers: [
        { provide: 'DRIZZLE', useFactory: () => drizzle(pool) },
        { provide: 'POOL', useFactory: () => pool },
      ],
    });
    expect(results).toEqual({ 'pg Pool POOL': 'closed' });
  });
});

describe('what stands for several clients', () => {
  it('has each of them closed: Mongoose itself, as in the documentation of Nest, and a cluster of pools of mysql2', async () => {
    const cluster = createPoolCluster();
    for (const name of ['first', 'second']) cluster.add(name, { host: '127.0.0.1', port: 1 });
    const own = new Mongoose();
    const { shutdown, closed } = await startWorker({
      providers: [
        { provide: 'DATABASE_CONNECTION', useFactory: () => own },
        { provide: 'CLUSTER', useFactory: () => cluster },
        { provide: 'OTHER', useFactory: () => own.createConnection() },
      ],
    });
    const resources = shutdown.plan().filter(({ what }) => what === 'resource');
    // One that is a provider by itself has its own name.
    expect(resources.map(({ name }) => name)).toEqual([
      'Mongoose connection OTHER',
      'Mongoose connection DATABASE_CONNECTION',
      'mysql2 pool CLUSTER',
      'mysql2 pool CLUSTER',
    ]);
    expect((await closed()).resources.map(({ result }) => result).toSorted()).toEqual([
      'closed',
      'closed',
      'closed-before',
      'closed-before',
    ]);
  });
});

/** As users extend and wrap clients, and as services of theirs may look. */
class OwnPool extends Pool {}
class OwnRedis extends Redis {}

describe('a client of a class of the application', () => {
  it.each([
    ['pg Pool', 'that extends it', (): object => new OwnPool()],
    ['pg Pool', 'behind a Proxy that passes all on', (): object => new Proxy(new Pool(), {})],
    ['ioredis client', 'that extends it', (): object => new OwnRedis({ lazyConnect: true })],
  ])('is a %s: one %s', (title, _what, make) => {
    expect(kindsOf(make())).toEqual([title]);
  });

  it.each([
    ['has a pool, with its methods', { pool: new Pool(), connect: jest.fn(), end: jest.fn(), query: jest.fn() }],
    ['only inherits from the class', Object.create(Pool.prototype) as object],
    ['is the class', Pool],
    ['has the connections of something else', { connections: [new Pool()], connect: jest.fn(), disconnect: jest.fn() }],
  ])('is none where it %s', (_what, value) => {
    expect(kindsOf(value)).toEqual([]);
    expect(clientsIn(value)).toEqual([]);
  });
});

describe('a worker and a child process that Nest was given', () => {
  it('are left running by app.close()', async () => {
    const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    const results = await resultsOf({
      providers: [
        { provide: 'WORKER', useValue: worker },
        { provide: 'CHILD', useValue: child },
      ],
    });
    expect(results).toEqual({ 'worker thread WORKER': 'left-open', 'child process CHILD': 'left-open' });
    expect({ thread: worker.threadId > 0, child: child.exitCode ?? child.signalCode }).toEqual({
      thread: true,
      child: null,
    });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await Promise.all([worker.terminate(), exited]);
  });
});
