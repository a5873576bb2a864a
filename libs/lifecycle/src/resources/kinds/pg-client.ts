import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { destroyPgSocket } from './pg-socket.js';

/** A client of pg 8 without a pool, read in 8.23. The state is private. */
interface PgClient {
  readonly _ending: boolean;
  readonly _ended: boolean;
  end(): Promise<void>;
}

export const pgClient = defineKind<PgClient>({
  title: 'pg Client',
  type: 'database',
  timeoutMs: 5000,
  is: (value): value is PgClient =>
    hasFields(value, { _ending: 'boolean', _ended: 'boolean', connection: 'object', connectionParameters: 'object' }) &&
    hasMethods(value, ['connect', 'end', 'query']),
  isClosed: (client) => client._ending || client._ended,
  // `end()` cuts the query that runs.
  close: async (client, time) => {
    await waitUntil(() => !isBusy(client), time);
    await client.end();
  },
  unfinished: (client) => (isBusy(client) ? 'queries of a pg Client' : undefined),
  force: destroyPgSocket,
  configured: (client) => ({ at: [fieldAt(client, 'connectionParameters', 'host')] }),
});

function isBusy(client: PgClient): boolean {
  const active = fieldOf(client, '_activeQuery');
  return active !== undefined && active !== null;
}
