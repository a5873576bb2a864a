import type { DemoSettings } from '../settings/demo-settings.js';
import { reasonOf, StartError } from '../start-error.js';
import type { Database } from './database.js';
import { PgliteDatabase } from './pglite-database.js';
import { PostgresDatabase } from './postgres-database.js';
import { createTables } from './tables.js';

/**
 * Opens the server of `DATABASE_URL`, or the embedded PostgreSQL, with the tables in place.
 *
 * @throws {StartError} when it cannot
 */
export async function openDatabase(settings: DemoSettings): Promise<Database> {
  const database =
    settings.databaseUrl === undefined
      ? await PgliteDatabase.open(settings.dataDir)
      : await PostgresDatabase.open(settings.databaseUrl);
  try {
    await createTables(database);
    return database;
  } catch (cause) {
    await database.close();
    throw new StartError(
      `The database has no room for the demo's tables (${reasonOf(cause)}). Give its user the right to create tables.`,
    );
  }
}
