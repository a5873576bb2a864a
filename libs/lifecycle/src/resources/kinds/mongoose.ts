import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasGetters, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { operationsOf } from './mongo-operations.js';

/** A connection of Mongoose 7 to 9. */
interface MongooseConnection {
  readonly readyState: number;
  close(force?: boolean): Promise<unknown>;
}

/** `readyState` of a connection that is connected or connects; all others are closed, or about to be. */
const OPEN: ReadonlySet<number> = new Set([1, 2]);

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
    await waitUntil(() => operationsOf(fieldOf(connection, 'client')) === 0, time);
    await connection.close();
  },
  unfinished: (connection) =>
    operationsOf(fieldOf(connection, 'client')) > 0 ? 'operations of a Mongoose connection' : undefined,
  // While it connects, `close()` waits for the connection.
  force: (connection) => {
    const client = fieldOf(connection, 'client');
    if (typeof client !== 'object' || client === null || !hasMethods(client, ['close'])) return undefined;
    return Reflect.apply(Reflect.get(client, 'close') as () => unknown, client, []);
  },
  configured: (connection) => ({ at: [fieldOf(connection, '_connectionString')] }),
});
