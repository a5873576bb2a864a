import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods, isObject } from '../shape.js';
import { destroyKnexConnections, heldByKnex, isKnex, isKnexClosed, type Knex, knexIdle } from './knex.js';

/** MikroORM 5 and 6; read in 6.6. Its SQL drivers work on Knex. */
interface MikroOrm {
  close(): Promise<void>;
}

export const mikroOrm = defineKind<MikroOrm>({
  title: 'MikroORM',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is MikroOrm =>
    hasFields(value, { em: 'object', config: 'object', driver: 'object', discovery: 'object' }) &&
    hasMethods(value, ['connect', 'isConnected', 'getMetadata', 'close']),
  // One that was never connected has no client.
  isClosed: (orm) => {
    const instance = knexOf(orm);
    return clientOf(orm) === undefined || (instance !== undefined && isKnexClosed(instance));
  },
  closers: ['close'],
  openers: ['connect', 'reconnect'],
  close: async (orm, time) => {
    const instance = knexOf(orm);
    if (instance !== undefined) await knexIdle(instance, time);
    await orm.close();
  },
  unfinished: (orm) => {
    const instance = knexOf(orm);
    const count = instance === undefined ? 0 : heldByKnex(instance);
    return count > 0 ? `queries of ${count} connections of MikroORM` : undefined;
  },
  force: (orm) => {
    const instance = knexOf(orm);
    return instance === undefined ? undefined : destroyKnexConnections(instance);
  },
});

function clientOf(orm: MikroOrm): unknown {
  return fieldAt(orm, 'driver', 'connection', 'client');
}

function knexOf(orm: MikroOrm): Knex | undefined {
  const client = clientOf(orm);
  return isObject(client) && isKnex(client) ? client : undefined;
}
