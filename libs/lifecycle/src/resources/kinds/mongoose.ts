import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasGetters, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { operationsOf } from './mongo-operations.js';

/** A connection of Mongoose 7 to 9. */
interface MongooseConnection {
  readonly readyState: number;
  close(force?: boolean): Promise<unknown>;
}

/** `readyState` of a connection that is connected or connects; all others are closed, or about to be. */
const CONNECTING = 2;
const OPEN: ReadonlySet<number> = new Set([1, CONNECTING]);

export const mongoose = defineKind<MongooseConnection>({
  title: 'Mongoose connection',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is MongooseConnection =>
    hasFields(value, { models: 'object', collections: 'object', base: 'object' }) &&
    hasGetters(value, ['readyState']) &&
    hasMethods(value, ['openUri', 'close', 'model', 'startSession']),
  isClosed: ({ readyState }) => !OPEN.has(readyState),
  // `close()` interrupts operations that run.
  close: async (connection, time) => {
    await waitUntil(() => operationsBy(connection) === 0, time);
    // While it connects, `close()` waits for the connection that may never come.
    await (connection.readyState === CONNECTING ? cut(connection) : connection.close());
  },
  unfinished: (connection) => (operationsBy(connection) > 0 ? 'operations of a Mongoose connection' : undefined),
  force: cut,
  configured: (connection) => ({ at: [fieldOf(connection, '_connectionString')] }),
});

/** Those that run, and those that wait for the connection in each collection. Private, read in 7 to 9. */
function operationsBy(connection: MongooseConnection): number {
  const collections = fieldOf(connection, 'collections');
  const all: readonly unknown[] = isObject(collections) ? Object.values(collections) : [];
  const waiting = all.map((collection) => (isObject(collection) ? fieldOf(collection, 'queue') : undefined));
  return waiting.reduce(
    (sum: number, queue) => sum + (Array.isArray(queue) ? queue.length : 0),
    operationsOf(fieldOf(connection, 'client')),
  );
}

function cut(connection: MongooseConnection): unknown {
  const client = fieldOf(connection, 'client');
  if (!isObject(client) || !hasMethods(client, ['close'])) return undefined;
  return Reflect.apply(Reflect.get(client, 'close') as () => unknown, client, []);
}
