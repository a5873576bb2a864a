import { callsOf, countCalls } from '../count-calls.js';
import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** A client of Prisma 5 to 7. */
interface Prisma {
  $disconnect(): Promise<void>;
}

/**
 * It does not show whether it is connected, and a query after `$disconnect()` connects it again: every query goes through
 * `_request`, which is private.
 */
export const prisma = defineKind<Prisma>({
  title: 'Prisma client',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is Prisma =>
    hasFields(value, { _engine: 'object', _engineConfig: 'object', _clientVersion: 'string' }) &&
    hasMethods(value, ['$connect', '$disconnect', '$transaction']),
  closers: ['$disconnect'],
  openers: ['$connect', '_request'],
  // `$disconnect()` rolls back transactions that run.
  follow: (client) => countCalls(client, ['$transaction', '_request']),
  close: async (client, time) => {
    await waitUntil(() => callsOf(client) === 0, time);
    await client.$disconnect();
  },
  unfinished: (client) => (callsOf(client) > 0 ? 'queries and transactions of a Prisma client' : undefined),
  // It rolls them back.
  force: (client) => (callsOf(client) > 0 ? client.$disconnect() : undefined),
  // The options of a driver adapter (7), or addresses that were written in code (5 and 6).
  configured: (client) => {
    const adapter = fieldAt(client, '_engineConfig', 'adapter', 'config');
    const written = fieldAt(client, '_engineConfig', 'overrideDatasources');
    const sources: unknown[] = isObject(written) ? Object.values(written) : [];
    return {
      at: [
        isObject(adapter) ? (fieldOf(adapter, 'connectionString') ?? adapter) : undefined,
        ...sources.map((source) => (isObject(source) ? fieldOf(source, 'url') : undefined)),
      ],
    };
  },
});
