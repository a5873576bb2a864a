import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { describeDemo } from '../support/demo-contract.js';

const server = process.env.DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/test';

describeDemo('a PostgreSQL server', async () => {
  const schema = `demo_${randomUUID().replaceAll('-', '')}`;
  await runOnServer(`create schema ${schema}`);
  const url = new URL(server);
  url.searchParams.set('options', `-c search_path=${schema}`);
  return {
    env: { DATABASE_URL: url.href },
    remove: () => runOnServer(`drop schema ${schema} cascade`),
  };
});

async function runOnServer(statement: string): Promise<void> {
  const client = new Client(server);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
