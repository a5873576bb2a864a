import { type TimeLeft } from '../../in-flight/work-source.js';
import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** Knex 2 and 3, read in 3.3: a function with methods, over a pool of tarn. */
export interface Knex {
  readonly context: object;
  destroy(): Promise<void>;
}

export const knex = defineKind<Knex>({
  title: 'Knex',
  type: 'database',
  timeoutMs: 5000,
  is: isKnex,
  isClosed: isKnexClosed,
  // A pool of tarn that is destroyed refuses callers that wait for a connection.
  close: async (instance, time) => {
    await knexIdle(instance, time);
    await instance.destroy();
  },
  unfinished: (instance) => {
    const count = heldByKnex(instance);
    return count > 0 ? `queries of ${count} connections of Knex` : undefined;
  },
  force: destroyKnexConnections,
  configured: (instance) => ({
    at: [fieldAt(instance, 'context', 'client', 'config', 'connection')].flatMap((connection) =>
      isObject(connection) ? [fieldAt(connection, 'connectionString') ?? connection] : [connection],
    ),
  }),
});

/** Whether a value is an instance of Knex. */
export function isKnex(value: object): value is Knex {
  const client = fieldAt(value, 'context', 'client');
  return (
    typeof value === 'function' &&
    isObject(client) &&
    hasFields(client, { config: 'object' }) &&
    hasMethods(client, ['acquireConnection', 'releaseConnection', 'destroy']) &&
    hasMethods(value, ['destroy', 'raw', 'transaction'])
  );
}

/** Whether its pool has gone. */
export function isKnexClosed(instance: Knex): boolean {
  return !isObject(poolOf(instance));
}

/** Resolves when no caller waits for a connection any more. */
export function knexIdle(instance: Knex, time: Pick<TimeLeft, 'signal'>): Promise<void> {
  return waitUntil(() => listOf(instance, 'pendingAcquires').length === 0, time);
}

/** How many connections have not been given back. */
export function heldByKnex(instance: Knex): number {
  return listOf(instance, 'used').length;
}

/** Destroys the connections that have not been given back. */
export function destroyKnexConnections(instance: Knex): unknown {
  const client = fieldAt(instance, 'context', 'client');
  if (!isObject(client) || !hasMethods(client, ['destroyRawConnection'])) return undefined;
  const destroy = Reflect.get(client, 'destroyRawConnection') as (connection: unknown) => unknown;
  const connections = listOf(instance, 'used').map((used) => (isObject(used) ? fieldOf(used, 'resource') : undefined));
  return Promise.all(connections.map((connection) => Reflect.apply(destroy, client, [connection])));
}

function poolOf(instance: Knex): unknown {
  return fieldAt(instance, 'context', 'client', 'pool');
}

function listOf(instance: Knex, name: string): readonly unknown[] {
  const pool = poolOf(instance);
  const list = isObject(pool) ? fieldOf(pool, name) : undefined;
  return Array.isArray(list) ? list : [];
}
