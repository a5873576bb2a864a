import type { Database } from './database.js';

/** The tables, in the order in which they refer to each other. */
const TABLES = [
  `create table if not exists orders (
     id integer generated always as identity primary key,
     item text not null,
     amount integer not null,
     placed_at timestamptz not null default now(),
     confirmed_at timestamptz
   )`,
  `create table if not exists payments (
     id integer generated always as identity primary key,
     order_id integer not null unique references orders (id),
     amount integer not null
   )`,
  `create table if not exists outbox (
     id integer generated always as identity primary key,
     topic text not null,
     order_id integer not null references orders (id),
     published_at timestamptz
   )`,
];

/** Any number: what matters is that every copy of the demo asks for the same lock. */
const LOCK = 20_261_120;

/** Creates the tables that are not there yet. */
export async function createTables(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    // Two copies starting at once would both see no table, and one would fail: `if not exists` does not lock.
    await sql.query('select pg_advisory_xact_lock($1)', [LOCK]);
    for (const table of TABLES) await sql.query(table);
  });
}
