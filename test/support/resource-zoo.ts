import CircuitBreaker from 'opossum';
import { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MikroORM } from '@mikro-orm/postgresql';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { logs, metrics, tracing } from '@opentelemetry/sdk-node';
import { createTransport } from '@sentry/core';
import { ServerRuntimeClient } from '@sentry/core/server';
import Bull from 'bull';
import { connect as connectAmqp } from 'amqp-connection-manager';
import { FlowProducer, Queue, QueueEvents, Worker as JobWorker } from 'bullmq';
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Cluster, Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import knex from 'knex';
import { MongoClient } from 'mongodb';
import { createConnection as createMongoose } from 'mongoose';
import { MqttClient } from 'mqtt';
import { createConnection, createPool } from 'mysql2';
import { createPool as createPromisePool } from 'mysql2/promise';
import pg, { Client, Pool } from 'pg';
import { pino } from 'pino';
import { Piscina } from 'piscina';
import { createClient, createClientPool, createCluster } from 'redis';
import { Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
import { createLogger, transports } from 'winston';
import { Agent as UndiciAgent, Pool as UndiciPool } from 'undici';

/** Nothing listens there. */
const NOWHERE = { host: '127.0.0.1', port: 1 };

const NO_ENTITIES = { warnWhenNoEntities: false };
const TO_NOWHERE = { target: 'pino/file', options: { destination: devNull } };

/** BullMQ connects at once. */
const JOBS = { ...NOWHERE, maxRetriesPerRequest: null, retryStrategy: (): null => null };

/** A client whose attempts to connect fail, which it tells of by an event. */
function quiet<Client extends { on(event: 'error', listener: () => void): unknown }>(client: Client): Client {
  client.on('error', () => undefined);
  return client;
}

const lazyRedis = (): Redis => quiet(new Redis({ lazyConnect: true, ...NOWHERE }));

function kafka(): Kafka {
  return new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });
}

/** As a client of Prisma is, as far as it is used: it counts how often it is connected and disconnected. */
export class PrismaLike {
  readonly _engine = {};
  readonly _engineConfig = {};
  readonly _clientVersion = '7.0.0';
  readonly _originalClient = this;
  readonly calls: string[] = [];

  async $connect(): Promise<void> {
    this.calls.push('connect');
  }

  async $disconnect(): Promise<void> {
    this.calls.push('disconnect');
  }

  async $transaction(): Promise<void> {
    this.calls.push('transaction');
  }

  /** Connects by itself. */
  async _request(): Promise<void> {
    this.calls.push('request');
  }
}

/** A client that was never connected, of each kind that can be made without a server: the title of its kind, and how it is made. */
export const ZOO: readonly (readonly [title: string, what: string, make: () => object])[] = [
  ['pg Pool', 'a pool', () => new Pool()],
  ['pg Pool', 'Drizzle over pg', () => drizzle(new Pool())],
  ['mysql2 pool', 'Drizzle over promises of mysql2', () => drizzleMysql(createPromisePool(NOWHERE))],
  ['pg Client', 'a client', () => new Client()],
  ['mysql2 pool', 'callbacks', () => createPool({})],
  ['mysql2 pool', 'promises', () => createPromisePool({})],
  ['mysql2 connection', 'callbacks', () => quiet(createConnection(NOWHERE))],
  ['TypeORM DataSource', 'a data source', () => new DataSource({ type: 'postgres' })],
  ['Prisma client', 'as Prisma is', () => new PrismaLike()],
  ['Sequelize', 'over pg', () => new Sequelize({ dialect: 'postgres', dialectModule: pg, logging: false })],
  ['Knex', 'over pg', () => knex({ client: 'pg', connection: { host: '127.0.0.1', port: 1 } })],
  ['MongoDB client', 'mongodb 6', () => new MongoClient('mongodb://127.0.0.1:1')],
  ['Mongoose connection', 'of Mongoose 9', () => createMongoose()],
  ['ioredis client', 'single', lazyRedis],
  ['ioredis client', 'cluster', () => quiet(new Cluster([NOWHERE], { lazyConnect: true }))],
  ['Redis client', 'single', () => quiet(createClient())],
  ['Redis client', 'cluster', () => quiet(createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] }))],
  ['Redis client', 'pool', () => quiet(createClientPool())],
  ['BullMQ', 'a queue', () => quiet(new Queue('orders', { connection: JOBS }))],
  ['BullMQ', 'events', () => quiet(new QueueEvents('orders', { connection: JOBS, autorun: false }))],
  ['BullMQ', 'a flow producer', () => quiet(new FlowProducer({ connection: JOBS }))],
  ['BullMQ', 'a worker', () => quiet(new JobWorker('orders', null, { connection: JOBS }))],
  ['Bull queue', 'a queue', () => quiet(new Bull('orders', { redis: JOBS }))],
  ['AMQP connection manager', 'a manager', () => quiet(connectAmqp('amqp://127.0.0.1:1'))],
  ['kafkajs client', 'a producer', () => kafka().producer()],
  ['kafkajs client', 'a consumer', () => kafka().consumer({ groupId: 'orders' })],
  ['kafkajs client', 'an admin', () => kafka().admin()],
  [
    'MQTT client',
    'a client',
    () =>
      new MqttClient(
        () => {
          throw new Error('nothing listens there');
        },
        { manualConnect: true },
      ),
  ],
  ['Nest client', 'TCP', () => ClientProxyFactory.create({ transport: Transport.TCP, options: NOWHERE })],
  ['Nest client', 'Redis', () => ClientProxyFactory.create({ transport: Transport.REDIS, options: NOWHERE })],
  ['opossum CircuitBreaker', 'a breaker', () => new CircuitBreaker(async () => 'called')],
  ['undici dispatcher', 'an agent', () => new UndiciAgent()],
  ['undici dispatcher', 'a pool', () => new UndiciPool('http://127.0.0.1:1')],
  ['HTTP agent', 'of http', () => new Agent({ keepAlive: true })],
  ['HTTP agent', 'of https', () => new HttpsAgent()],
  ['worker thread', 'a worker', () => new Worker('setInterval(() => undefined, 1000)', { eval: true })],
  ['Piscina pool', 'a pool without threads', () => new Piscina({ minThreads: 0, maxThreads: 1 })],
  ['child process', 'that was never started', () => new ChildProcess()],
  [
    'MikroORM',
    'over pg',
    () => MikroORM.initSync({ ...NOWHERE, dbName: 'none', entities: [], discovery: NO_ENTITIES }),
  ],
  ['temporary folder', 'as Node makes it', temporaryFolder],
  ['OpenTelemetry tracer provider', 'of the SDK 2', () => new tracing.BasicTracerProvider()],
  ['OpenTelemetry meter provider', 'of the SDK 2', () => new metrics.MeterProvider()],
  ['OpenTelemetry logger provider', 'of the SDK 2', () => new logs.LoggerProvider()],
  [
    'Sentry client',
    'of a server',
    () => new ServerRuntimeClient({ integrations: [], stackParser: () => [], transport: toNowhere }),
  ],
  ['pino logger', 'with a file', () => pino(pino.destination({ dest: devNull, sync: false }))],
  ['pino logger', 'with a transport in a worker', () => pino({ transport: TO_NOWHERE })],
  ['pino logger', 'with several streams', () => pino({}, pino.multistream([{ stream: pino.destination(devNull) }]))],
  ['winston logger', 'with a console', () => createLogger({ transports: [new transports.Console()] })],
];

/** A transport of Sentry. */
function toNowhere(options: Parameters<typeof createTransport>[0]): ReturnType<typeof createTransport> {
  return createTransport(options, () => Promise.resolve({}));
}

/** As what `mkdtempDisposable()` of Node 24 resolves with. */
function temporaryFolder(): object {
  const path = mkdtempSync(join(tmpdir(), 'resource-zoo-'));
  const remove = (): Promise<void> => rm(path, { recursive: true });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
