// Prints what the demo left in its database as one line of JSON: node order-books.js <DEMO_DATA_DIR or DATABASE_URL>
import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';
import type { OrderBooks } from '../support/demo-store.js';

const BOOKS = `
  select
    (select coalesce(json_agg(json_build_object('id', orders.id, 'confirmed', confirmed_at is not null)), '[]')
       from orders) as orders,
    (select count(*)::int from orders left join payments on payments.order_id = orders.id
      where payments.amount is distinct from orders.amount) as unpaid,
    (select count(*)::int from orders left join outbox on outbox.order_id = orders.id
      where published_at is null) as unpublished`;

async function readFolder(folder: string): Promise<unknown> {
  const database = await PGlite.create(folder);
  const { rows } = await database.query(BOOKS);
  await database.close();
  return rows[0];
}

async function readServer(url: string): Promise<unknown> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<OrderBooks & Record<string, unknown>>(BOOKS);
  await client.end();
  return rows[0];
}

async function main(source = ''): Promise<void> {
  const books = source.startsWith('postgres') ? await readServer(source) : await readFolder(source);
  console.log(`books ${JSON.stringify(books)}`);
}

void main(process.argv[2]);
