import { promisify } from 'node:util';
import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** A pool of mysql2 3, read in 3.24; the promise side of it works on the same one. */
interface Mysql2Pool {
  readonly _closed: boolean;
  end(callback: (error: unknown) => void): void;
}

export const mysql2Pool = defineKind<Mysql2Pool>({
  title: 'mysql2 pool',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is Mysql2Pool =>
    hasFields(value, {
      _closed: 'boolean',
      _allConnections: 'object',
      _freeConnections: 'object',
      _connectionQueue: 'object',
    }) && hasMethods(value, ['getConnection', 'end', 'query', 'execute']),
  failsTwice: ['end'],
  isClosed: (pool) => pool._closed,
  // `end()` refuses callers that wait for a connection, and says goodbye in the middle of a transaction.
  close: async (pool, time) => {
    await waitUntil(() => lengthOf(pool, '_connectionQueue') === 0 && inUse(pool) === 0, time);
    await promisify((done: (error: unknown) => void) => pool.end(done))();
  },
  unfinished: (pool) => {
    const count = inUse(pool);
    return count > 0 ? `queries of ${count} connections that were never released to a mysql2 pool` : undefined;
  },
  force: (pool) => {
    if (!pool._closed) pool.end(() => undefined);
    destroyConnections(fieldOf(pool, '_allConnections'));
  },
  configured: (pool) => ({ at: [fieldAt(pool, 'config', 'connectionConfig', 'host')] }),
});

function inUse(pool: Mysql2Pool): number {
  return lengthOf(pool, '_allConnections') - lengthOf(pool, '_freeConnections');
}

/** Of a queue of mysql2, whose length is a getter in some versions. */
function lengthOf(pool: Mysql2Pool, name: string): number {
  const queue = fieldOf(pool, name);
  const length: unknown = isObject(queue) ? Reflect.get(queue, 'length') : 0;
  return typeof length === 'number' ? length : 0;
}

function destroyConnections(queue: unknown): void {
  if (!isObject(queue) || !hasMethods(queue, ['toArray'])) return;
  const connections: unknown = Reflect.apply(Reflect.get(queue, 'toArray') as () => unknown, queue, []);
  for (const connection of Array.isArray(connections) ? connections : []) destroyStream(connection);
}

/** Destroys the socket of a connection. */
export function destroyStream(connection: unknown): void {
  const stream = isObject(connection) ? fieldAt(connection, 'stream') : undefined;
  if (!isObject(stream) || !hasMethods(stream, ['destroy'])) return;
  Reflect.apply(Reflect.get(stream, 'destroy') as () => void, stream, []);
}
