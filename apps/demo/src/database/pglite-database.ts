import { PGlite } from '@electric-sql/pglite';
import { reasonOf, StartError } from '../start-error.js';
import { Database, type Row, type Sql } from './database.js';

/** PostgreSQL inside this process: one connection, so transactions run one after the other. */
export class PgliteDatabase extends Database {
  private constructor(private readonly pglite: PGlite) {
    super();
  }

  /**
   * @param dataDir where the files are kept; in memory when it is left out
   * @throws {StartError} when the folder cannot be used
   */
  static async open(dataDir?: string): Promise<PgliteDatabase> {
    try {
      return new PgliteDatabase(await (dataDir === undefined ? PGlite.create() : PGlite.create(dataDir)));
    } catch (cause) {
      throw new StartError(
        `The embedded PostgreSQL did not start (${reasonOf(cause)}). ` +
          `DEMO_DATA_DIR is ${dataDir ?? 'not set'}: name a folder you may write to, as in DEMO_DATA_DIR=/tmp/demo npm start`,
      );
    }
  }

  async query<T extends Row>(statement: string, values: readonly unknown[] = []): Promise<T[]> {
    return (await this.pglite.query<T>(statement, [...values])).rows;
  }

  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.pglite.transaction((transaction) =>
      work({
        query: async <R extends Row>(statement: string, values: readonly unknown[] = []) =>
          (await transaction.query<R>(statement, [...values])).rows,
      }),
    );
  }

  async ping(): Promise<void> {
    if (this.pglite.closed) throw new Error('the embedded PostgreSQL is closed');
  }

  async close(): Promise<void> {
    await this.pglite.close();
  }
}
