import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasGetters, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { destroyPgSocket } from './pg-socket.js';

/** A pool of pg 8, read in pg-pool 3.14. */
interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  /** Callers that wait for a client. */
  readonly waitingCount: number;
  readonly ended: boolean;
  readonly ending: boolean;
  end(): Promise<void>;
}

export const pgPool = defineKind<PgPool>({
  title: 'pg Pool',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is PgPool =>
    hasFields(value, { ended: 'boolean', ending: 'boolean', options: 'object' }) &&
    hasGetters(value, ['totalCount', 'idleCount', 'waitingCount']) &&
    hasMethods(value, ['connect', 'end', 'query']),
  failsTwice: ['end'],
  isClosed: (pool) => pool.ending || pool.ended,
  // A pool that is ended gives no client to callers that wait for one: those come first.
  close: async (pool, time) => {
    await waitUntil(() => pool.waitingCount === 0, time);
    await pool.end();
  },
  unfinished: ({ totalCount, idleCount }) => {
    const count = totalCount - idleCount;
    return count > 0 ? `queries of ${count} clients that were never given back to a pg Pool` : undefined;
  },
  // Clients that were never given back keep `end()` from its end.
  force: (pool) => {
    const clients = fieldOf(pool, '_clients');
    for (const client of Array.isArray(clients) ? clients : []) destroyPgSocket(client);
  },
  configured: (pool) => {
    const address = fieldAt(pool, 'options', 'connectionString');
    // Without a host it connects to PGHOST, else to this machine.
    const host = fieldAt(pool, 'options', 'host') ?? process.env['PGHOST'] ?? 'localhost';
    return { at: [address ?? host] };
  },
});
