import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** Knex 2 and 3, read in 3.3: a function with methods, over a pool of tarn. */
interface Knex {
  readonly context: object;
  destroy(): Promise<void>;
}

export const knex = defineKind<Knex>({
  title: 'Knex',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is Knex => {
    const client = fieldAt(value, 'context', 'client');
    return (
      typeof value === 'function' &&
      isObject(client) &&
      hasFields(client, { config: 'object' }) &&
      hasMethods(client, ['acquireConnection', 'releaseConnection', 'destroy']) &&
      hasMethods(value, ['destroy', 'raw', 'transaction'])
    );
  },
  isClosed: (instance) => !isObject(poolOf(instance)),
  // A pool of tarn that is destroyed refuses callers that wait for a connection.
  close: async (instance, time) => {
    await waitUntil(() => listOf(instance, 'pendingAcquires').length === 0, time);
    await instance.destroy();
  },
  unfinished: (instance) => {
    const { length } = listOf(instance, 'used');
    return length > 0 ? `queries of ${length} connections of Knex` : undefined;
  },
  force: (instance) => {
    const client = fieldAt(instance, 'context', 'client');
    if (!isObject(client) || !hasMethods(client, ['destroyRawConnection'])) return undefined;
    const destroy = Reflect.get(client, 'destroyRawConnection') as (connection: unknown) => unknown;
    const connections = listOf(instance, 'used').map((used) =>
      isObject(used) ? fieldOf(used, 'resource') : undefined,
    );
    return Promise.all(connections.map((connection) => Reflect.apply(destroy, client, [connection])));
  },
});

function poolOf(instance: Knex): unknown {
  return fieldAt(instance, 'context', 'client', 'pool');
}

function listOf(instance: Knex, name: string): readonly unknown[] {
  const pool = poolOf(instance);
  const list = isObject(pool) ? fieldOf(pool, name) : undefined;
  return Array.isArray(list) ? list : [];
}
