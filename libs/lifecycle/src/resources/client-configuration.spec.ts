import { Cluster, Redis } from 'ioredis';
import knex from 'knex';
import { MongoClient } from 'mongodb';
import { createConnection } from 'mongoose';
import { createPool } from 'mysql2';
import pg, { Client, Pool } from 'pg';
import { createClient, createCluster } from 'redis';
import { Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
import { setVariables } from '../../../../test/support/variables.js';
import { PrismaLike } from '../../../../test/support/resource-zoo.js';
import { recognise } from './find-resources.js';
import { RESOURCE_KINDS } from './known-kinds.js';
import { type ClientConfiguration } from './resource-kind.js';

function configurationOf(client: object): ClientConfiguration | undefined {
  return recognise(client, { kinds: RESOURCE_KINDS, known: new WeakMap() })?.closable.configuration();
}

const URL = 'postgres://orders:p%40ss@db.internal:5432/orders';
const lazy = { lazyConnect: true };
const source = (options: object): DataSource => new DataSource({ type: 'postgres', ...options });
const prisma = (config: object): PrismaLike => Object.assign(new PrismaLike(), { _engineConfig: config });

let undo: () => void;
beforeAll(() => {
  undo = setVariables({ PGHOST: undefined });
});
afterAll(() => undo());

describe('where a client connects to', () => {
  it.each<[string, () => object, string[]]>([
    ['pg Pool, an address', () => new Pool({ connectionString: URL }), [URL]],
    ['pg Pool, a host', () => new Pool({ host: 'db' }), ['db']],
    ['pg Pool, by default', () => new Pool(), ['localhost']],
    ['pg Client', () => new Client({ connectionString: URL }), ['db.internal']],
    ['mysql2 pool', () => createPool({ host: 'db' }), ['db']],
    ['TypeORM, an address', () => source({ url: URL }), [URL]],
    [
      'TypeORM, a replication',
      () => source({ replication: { master: { host: 'a' }, slaves: [{ host: 'b' }] } }),
      ['a', 'b'],
    ],
    ['TypeORM, by default', () => source({}), ['localhost']],
    ['TypeORM, a socket of the driver', () => source({ extra: { host: '/cloudsql/x' } }), []],
    ['Prisma 7, an adapter', () => prisma({ adapter: { config: { connectionString: URL } } }), [URL]],
    ['Prisma 6, in code', () => prisma({ overrideDatasources: { db: { url: URL } } }), [URL]],
    ['Prisma, by its schema', () => prisma({}), []],
    ['Sequelize', () => new Sequelize(URL, { dialectModule: pg, logging: false }), ['db.internal']],
    ['Knex', () => knex({ client: 'pg', connection: { host: 'db', password: 'hidden' } }), ['db']],
    ['mongodb', () => new MongoClient('mongodb://a,b/x'), ['mongodb://a,b/x']],
    ['Mongoose, not opened', () => createConnection(), []],
    ['ioredis', () => new Redis({ host: 'cache', ...lazy }), ['cache']],
    ['ioredis, a socket', () => new Redis({ path: '/run/redis.sock', ...lazy }), []],
    ['ioredis, a cluster', () => new Cluster([{ host: 'a', port: 1 }], lazy), ['a']],
    ['redis', () => createClient({ url: 'redis://cache' }), ['redis://cache']],
    ['redis, by default', () => createClient(), ['localhost']],
    ['redis, a cluster, which does not show it', () => createCluster({ rootNodes: [{ url: 'redis://a' }] }), []],
  ])('is known of %s', (_what, make, addresses) => {
    expect(configurationOf(make())?.addresses).toEqual(addresses);
  });

  it('is known with what changes the tables', () => {
    expect(configurationOf(source({ synchronize: true }))?.changesSchema).toBe('synchronize: true');
    expect(configurationOf(source({ dropSchema: true }))?.changesSchema).toBe('dropSchema: true');
    expect(configurationOf(source({ synchronize: false }))?.changesSchema).toBeUndefined();
  });
});
