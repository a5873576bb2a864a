import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { PaymentsPlan } from '../programs/payments/plan.js';
import { createDemoSchema } from './demo-schema.js';

const MARIADB = process.env['MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/test';
const TABLES = ['create table orders (id integer primary key)', 'create table payments (order_id integer primary key)'];
const ORDERS = 'select id from orders order by id';
const PAYMENTS = 'select order_id as id from payments order by order_id';

/** What is in a database of payments, by the numbers of the orders. */
export interface PaymentsBooks {
  readonly orders: readonly number[];
  readonly payments: readonly number[];
}

/** A database of its own for one test. */
export interface PaymentsDatabase extends AsyncDisposable {
  readonly url: string;
  read(): Promise<PaymentsBooks>;
  remove(): Promise<void>;
}

export function createPaymentsDatabase(server: PaymentsPlan['server']): Promise<PaymentsDatabase> {
  return server === 'postgres' ? createOnPostgres() : createOnMariadb();
}

async function createOnPostgres(): Promise<PaymentsDatabase> {
  const schema = await createDemoSchema();
  const client = new Client(schema.url);
  await client.connect();
  for (const table of TABLES) await client.query(table);
  const column = async (query: string): Promise<number[]> =>
    (await client.query<{ id: number }>(query)).rows.map(({ id }) => id);
  const remove = async (): Promise<void> => {
    await client.end();
    await schema.remove();
  };
  return {
    url: schema.url,
    read: async () => ({ orders: await column(ORDERS), payments: await column(PAYMENTS) }),
    ...{ remove, [Symbol.asyncDispose]: remove },
  };
}

async function createOnMariadb(): Promise<PaymentsDatabase> {
  const url = new URL(MARIADB);
  const client = await createConnection(url.href);
  const name = `payments_${randomUUID().replaceAll('-', '')}`;
  for (const statement of [`create database ${name}`, `use ${name}`, ...TABLES]) await client.query(statement);
  url.pathname = `/${name}`;
  const column = async (query: string): Promise<number[]> => {
    const [rows] = await client.query(query);
    // Of a `select id`.
    return (rows as { id: number }[]).map(({ id }) => id);
  };
  const remove = async (): Promise<void> => {
    await client.query(`drop database ${name}`);
    await client.end();
  };
  return {
    url: url.href,
    read: async () => ({ orders: await column(ORDERS), payments: await column(PAYMENTS) }),
    ...{ remove, [Symbol.asyncDispose]: remove },
  };
}
