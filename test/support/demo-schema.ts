import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** The PostgreSQL server of the tests. */
const server = process.env.DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/test';

/** Tables of its own on the PostgreSQL server: a `DATABASE_URL` that sees only a fresh schema, and its removal. */
export interface DemoSchema {
  readonly url: string;
  remove(): Promise<void>;
}

/** Creates one. */
export async function createDemoSchema(): Promise<DemoSchema> {
  const schema = `demo_${randomUUID().replaceAll('-', '')}`;
  await runOnServer(`create schema ${schema}`);
  const url = new URL(server);
  url.searchParams.set('options', `-c search_path=${schema}`);
  return { url: url.href, remove: () => runOnServer(`drop schema ${schema} cascade`) };
}

async function runOnServer(statement: string): Promise<void> {
  const client = new Client(server);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
