import { Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { reasonOf, StartError } from '../start-error.js';
import { Database, type Row, type Sql } from './database.js';

const CONNECT_TIMEOUT_MS = 5000;

/** A PostgreSQL server, through a pool of connections. */
export class PostgresDatabase extends Database {
  private readonly pool: Pool;
  /** Its own connection, so that a probe does not wait for a free one while orders use them all. */
  private readonly probe: Pool;

  private constructor(url: string) {
    super();
    this.pool = openPool(url, 10);
    this.probe = openPool(url, 1);
  }

  /**
   * @param url as in `postgres://user:password@host:5432/name`
   * @throws {StartError} when the server cannot be reached or refuses
   */
  static async open(url: string): Promise<PostgresDatabase> {
    const address = readAddress(url);
    const database = new PostgresDatabase(url);
    try {
      await database.query('select 1');
      return database;
    } catch (cause) {
      await database.close();
      throw new StartError(
        `DATABASE_URL points to ${address}, but connecting failed: ${reasonOf(cause)}. ` +
          `Start that server or mend the address; to run without a server type: DATABASE_URL= npm start`,
      );
    }
  }

  async query<T extends Row>(statement: string, values: readonly unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(statement, [...values])).rows;
  }

  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    const sql: Sql = {
      query: async <R extends Row>(statement: string, values: readonly unknown[] = []) =>
        (await client.query<R>(statement, [...values])).rows,
    };
    let broken = false;
    try {
      await client.query('begin');
      const result = await work(sql);
      await client.query('commit');
      return result;
    } catch (error) {
      // A connection that cannot roll back must not go back to the pool with its transaction open.
      await client.query('rollback').catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async ping(): Promise<void> {
    await this.probe.query('select 1');
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.probe.end()]);
  }
}

function openPool(url: string, max: number): Pool {
  const pool = new Pool({ connectionString: url, max, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // Without a listener, an idle connection that the server drops ends the process.
  pool.on('error', (error) => new Logger('Database').warn(`an idle connection was lost: ${error.message}`));
  return pool;
}

/** Host and database name, without the credentials. */
function readAddress(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'postgres:' || parsed?.protocol === 'postgresql:') return `${parsed.host}${parsed.pathname}`;
  throw new StartError(
    'DATABASE_URL is not the address of a PostgreSQL server. ' +
      'Type for example: DATABASE_URL=postgres://user:password@127.0.0.1:5432/shop npm start',
  );
}
