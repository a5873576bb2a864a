import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods, isObject } from '../shape.js';
import { destroyKnexConnections, heldByKnex, isKnex, isKnexClosed, type Knex, knexIdle } from './knex.js';

/** MikroORM 5 to 7; read in 6.6 and 7.2. The SQL drivers of 5 and 6 work on Knex; those of 7 keep their client in a private field. */
interface MikroOrm {
  close(): Promise<void>;
}

export const mikroOrm = defineKind<MikroOrm>({
  title: 'MikroORM',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is MikroOrm =>
    hasFields(value, { em: 'object', config: 'object', driver: 'object' }) &&
    isObject(fieldAt(value, 'driver', 'connection')) &&
    hasMethods(value, ['connect', 'reconnect', 'isConnected', 'getMetadata', 'close']),
  // One that was never connected has no client.
  isClosed: (orm) => {
    const instance = knexOf(orm);
    if (instance !== undefined) return isKnexClosed(instance);
    return clientOf(orm) === undefined && fieldAt(orm, 'driver', 'connection', 'connected') !== true;
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
