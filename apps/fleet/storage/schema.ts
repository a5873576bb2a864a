import type { DataSource } from 'typeorm';

/** Any number: what matters is that all services ask for the same lock. */
const LOCK = 20_261_130;

/** Creates the tables that are not there yet. Services that start at once would all see none, so one waits for the other. */
export async function createTables(database: DataSource): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1)', [LOCK]);
    for (const table of TABLES) await transaction.query(`create table if not exists ${table}`);
  });
}

const TABLES = [
  'users (id uuid primary key, email text not null unique, password text not null)',
  'sessions (id uuid primary key, user_id uuid not null, expires_at timestamptz not null)',
  'diagrams (id uuid primary key, owner_id uuid not null, title text not null, version integer not null default 0)',
  // The version of an edit is counted in its diagram, under a lock: whoever reads up to one has missed none before it.
  `edits (diagram_id uuid not null references diagrams (id), version integer not null, id uuid not null, shape text not null,
     primary key (diagram_id, version), unique (diagram_id, id))`,
  `images (id uuid primary key, diagram_id uuid not null references diagrams (id), sha256 text not null, bytes bytea not null)`,
  `exports (id uuid primary key, diagram_id uuid not null references diagrams (id), status text not null default 'queued',
     drawing text, taken_at timestamptz, requested_at timestamptz not null default now())`,
  'orders (id uuid primary key, user_id uuid not null, item text not null, amount integer not null)',
  'payments (id uuid primary key, order_id uuid not null unique references orders (id), amount integer not null)',
  `outbox (id bigint generated always as identity primary key, topic text not null, subject uuid not null,
     published_at timestamptz)`,
  'receipts (topic text not null, subject uuid not null, primary key (topic, subject))',
  `spending (user_id uuid not null, day date not null, micros bigint not null, primary key (user_id, day))`,
];
