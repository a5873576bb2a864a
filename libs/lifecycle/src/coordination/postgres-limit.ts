import { createHash } from 'node:crypto';
import { type PlaceRequest, type FreePlace, type ShutdownLimit } from './shutdown-limit.js';
import { tryUntilFree } from './try-again.js';

/** A client of a pool of `pg`. */
export interface PostgresSession {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  release(destroy?: boolean): void;
  on?(event: 'error', listener: () => void): unknown;
  off?(event: 'error', listener: () => void): unknown;
}

/** A pool of `pg`, as far as it is used. */
export interface PostgresPool {
  connect(): Promise<PostgresSession>;
}

const LOCK = 'select pg_try_advisory_lock($1, $2) as done';
const UNLOCK = 'select pg_advisory_unlock($1, $2) as done';

/**
 * Places as advisory locks of PostgreSQL. A place belongs to a session, so it is free as soon as the connection of its process is
 * gone. It takes one client of the pool from the signal until the drain is over. Not through a PgBouncer that pools transactions:
 * sessions are shared there.
 */
export function postgresLimit(pool: PostgresPool): ShutdownLimit {
  return { join: (request) => join(pool, request) };
}

async function join(pool: PostgresPool, request: PlaceRequest): Promise<FreePlace> {
  const { group, signal } = request;
  signal.throwIfAborted();
  const client = await pool.connect();
  let isReleased = false;
  const release = (destroy: boolean): void => {
    if (isReleased) return;
    isReleased = true;
    signal.removeEventListener('abort', giveUp);
    client.off?.('error', lost);
    client.release(destroy);
  };
  // The next query says that the connection is gone.
  const lost = (): void => undefined;
  // A query that hangs keeps its client for ever.
  const giveUp = (): void => release(true);
  client.on?.('error', lost);
  signal.addEventListener('abort', giveUp);
  try {
    const key = keyOf(group);
    const place = await tryUntilFree(request, async (number) => {
      if (!(await isDone(client, LOCK, [key, number]))) return undefined;
      return async () => {
        const wasHeld = await isDone(client, UNLOCK, [key, number]);
        release(false);
        if (!wasHeld) throw new Error(`the advisory lock ${key}, ${number} was not held any more`);
      };
    });
    signal.throwIfAborted();
    signal.removeEventListener('abort', giveUp);
    return place;
  } catch (error) {
    release(true);
    throw error;
  }
}

async function isDone(client: PostgresSession, text: string, values: readonly number[]): Promise<boolean> {
  const [row] = (await client.query(text, [...values])).rows;
  return typeof row === 'object' && row !== null && Reflect.get(row, 'done') === true;
}

/** The first key of the advisory locks of a group, of 32 bits. */
function keyOf(group: string): number {
  return createHash('sha256').update(`nestjs-lifecycle ${group}`).digest().readInt32BE(0);
}
