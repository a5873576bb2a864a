import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { operationsOf } from './mongo-operations.js';

/** A client of mongodb 5 to 7. */
interface MongoClient {
  readonly topology?: unknown;
  close(): Promise<void>;
}

export const mongoClient = defineKind<MongoClient>({
  title: 'MongoDB client',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is MongoClient =>
    hasFields(value, { s: 'object', options: 'object' }) &&
    typeof fieldAt(value, 's', 'sessionPool') === 'object' &&
    hasMethods(value, ['connect', 'close', 'db', 'startSession', 'watch']),
  // It connects with its first operation, and again after it was closed.
  isClosed: ({ topology }) => topology === undefined || topology === null,
  // `close()` interrupts operations that run.
  close: async (client, time) => {
    await waitUntil(() => operationsOf(client) === 0, time);
    await client.close();
  },
  unfinished: (client) => (operationsOf(client) > 0 ? 'operations of a MongoDB client' : undefined),
  force: (client) => client.close(),
  configured: (client) => ({ at: [fieldAt(client, 's', 'url')] }),
});
