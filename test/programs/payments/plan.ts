import type { GracefulShutdownOptions } from 'nestjs-lifecycle';

/** What a service of a payments ledger is told, as JSON in `PAYMENTS`. */
export interface PaymentsPlan {
  readonly client: 'driver' | 'typeorm' | 'drizzle' | 'prisma';
  readonly server: 'postgres' | 'mariadb';
  /** The database, whose tables are there. */
  readonly url: string;
  readonly options: GracefulShutdownOptions;
  /** Writes the order and its payment one by one: a service with a fault. Only with `driver`. */
  readonly withoutTransaction: boolean;
  /** How long a transaction has only its order, in milliseconds. */
  readonly betweenMs: readonly [least: number, most: number];
  /** Every tenth order from the seventh on has no end by itself: its transaction stays open, or is given up when the time of the drain is nearly up. */
  readonly hangs: 'never' | 'for ever' | 'until told';
  /** Where Prisma is loaded from, in place of the repository; only with PostgreSQL. */
  readonly prismaFolder?: string;
  /** Prisma is not closed by code of the service; either the client as it is, or one of its `$extends()`. */
  readonly leftOpen?: 'as it is' | 'extended';
}

// What the harness passes.
export const plan = JSON.parse(process.env['PAYMENTS'] ?? '{}') as PaymentsPlan;

/** Connections of the pool: fewer than there are clients, so that some wait for one. */
export const POOL_SIZE = 8;
