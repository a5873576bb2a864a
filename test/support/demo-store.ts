import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Program, startFile, startProgram } from './program.js';
import { root } from './repository.js';

/** Where one run of the demo keeps its orders. */
export interface DemoStore {
  /** What the demo is started with to use it. */
  env: Record<string, string>;
  /** Where its main file is, when it is not the built demo itself. */
  main?: string;
  /** Removes it. */
  remove(): Promise<void>;
}

/** What is in the database of a demo that has ended. */
export interface OrderBooks {
  orders: { id: number; confirmed: boolean }[];
  /** Orders without a payment of the same amount. */
  unpaid: number;
  /** Orders whose message for other services is missing or was never published. */
  unpublished: number;
}

/** An empty folder for the PostgreSQL that the demo brings along. */
export async function openEmbeddedStore(): Promise<DemoStore> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  return {
    env: { DEMO_DATA_DIR: join(folder, 'data') },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Starts the demo on a free port. Quick transactions, so that many are in flight and no test is slow. */
export function startDemo(store: DemoStore, env: Record<string, string> = {}): Program {
  return startFile(store.main ?? resolve(root, 'dist/apps/demo/main.js'), {
    env: { PORT: '0', DEMO_PAYMENT_MS: '40', DEMO_CONFIRMATION_MS: '100', ...store.env, ...env },
  });
}

/** Opens the database of a demo that has ended, in a process of its own, and reads it. */
export async function readBooks({ env }: DemoStore): Promise<OrderBooks> {
  const source = env['DATABASE_URL'] ?? env['DEMO_DATA_DIR'] ?? '';
  const reader = startProgram('order-books', { nest: 12, args: [source] });
  const [, books = ''] = await reader.waitForLine(/^books (.*)$/);
  await reader.exit;
  // What order-books.ts prints: the two files belong together.
  return JSON.parse(books) as OrderBooks;
}
