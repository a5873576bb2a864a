import { appendFileSync } from 'node:fs';
import { PaymentsLedger, type PaymentsLedgerOptions, type PaymentsResult } from '../support/payments-ledger.js';

/** How many processes of each kind are stopped, and half as many in each test of the deadline. `npm run test:payments` does so until there are a thousand. */
const STOPS = Number(process.env['PAYMENT_STOPS'] ?? 2);
const CUT_STOPS = Math.ceil(STOPS / 2);
/** How many services of a test run at the same time. */
const AT_ONCE = Number(process.env['PAYMENT_AT_ONCE'] ?? 2);
const SEED = Number(process.env['PAYMENT_SEED'] ?? 1);
const TIME_MS = 60_000 + STOPS * 60_000;

type Kind = Pick<PaymentsLedgerOptions, 'client' | 'server' | 'adapter'>;

const KINDS: readonly (readonly [name: string, kind: Kind])[] = [
  ['pg', { client: 'driver', server: 'postgres', adapter: 'express' }],
  ['mysql2, MariaDB', { client: 'driver', server: 'mariadb', adapter: 'fastify' }],
  ['TypeORM, PostgreSQL', { client: 'typeorm', server: 'postgres', adapter: 'fastify' }],
  ['TypeORM, MariaDB', { client: 'typeorm', server: 'mariadb', adapter: 'express' }],
  ['Drizzle, PostgreSQL', { client: 'drizzle', server: 'postgres', adapter: 'express' }],
  ['Drizzle, MariaDB', { client: 'drizzle', server: 'mariadb', adapter: 'fastify' }],
  ['Prisma, PostgreSQL', { client: 'prisma', server: 'postgres', adapter: 'fastify' }],
  ['Prisma, MariaDB', { client: 'prisma', server: 'mariadb', adapter: 'express' }],
];

/** Transactions that outlast the time of the drain: some by chance, and some have no end by themselves. */
const CUT = {
  options: { lameDuck: '100ms', drainTimeout: '400ms', hookBudget: '1s', gracePeriod: '6s' },
  betweenMs: [2, 500],
} as const;

const WHOLE = { half: [], unfounded: [] };

/** A file to which the figures of each test are added, a line of JSON each: see scripts/payments.js. */
const FIGURES = process.env['PAYMENT_FIGURES'];

async function play(options: PaymentsLedgerOptions): Promise<PaymentsResult> {
  const result = await PaymentsLedger.play({ seed: SEED, atOnce: AT_ONCE, ...options });
  if (FIGURES !== undefined) appendFileSync(FIGURES, `${JSON.stringify(figuresOf(options, result))}\n`);
  return result;
}

/** Of a test, before anything is expected of it. */
function figuresOf(options: PaymentsLedgerOptions, result: PaymentsResult): object {
  const { client, server, stops, hangs = 'never', withoutTransaction = false } = options;
  const { orders, payments, paid, half, unfounded, unanswered, unnamed, finished, ends } = result;
  const clean = ends.filter(({ report }) => report.outcome === 'clean').length;
  const kind = { commit: process.env['PAYMENT_COMMIT'], seed: SEED, client, server, hangs, withoutTransaction };
  const wrong = { half: half.length, unfounded: unfounded.length, unnamed: unnamed.length, finished: finished.length };
  return { ...kind, stops, clean, orders, payments, paid, unanswered: unanswered.length, ...wrong, details: unnamed };
}

describe.each(KINDS)('an order and its payment in a transaction of %s', (_name, kind) => {
  it(
    'are both there, and answered, when SIGTERM comes at any instant',
    async () => {
      const { ends, paid, half, unfounded, unanswered, unnamed } = await play({ ...kind, stops: STOPS });
      expect({ half, unfounded, unanswered, unnamed }).toEqual({ ...WHOLE, unanswered: [], unnamed: [] });
      for (const { code, report, output } of ends) {
        if (report.outcome !== 'clean' || code !== 0) throw new Error(output);
      }
      expect(paid).toBeGreaterThan(STOPS);
    },
    TIME_MS,
  );

  it.each(['for ever', 'until told'] as const)(
    'are both there or neither when the deadline cuts in, and what was cut is named; they wait %s',
    async (hangs) => {
      const { ends, half, unfounded, unnamed, finished, unanswered } = await play({
        ...kind,
        ...CUT,
        hangs,
        stops: CUT_STOPS,
      });
      expect({ half, unfounded, unnamed, finished }).toEqual({ ...WHOLE, unnamed: [], finished: [] });
      expect(unanswered.length).toBeGreaterThan(0);
      for (const { code, report, output } of ends) {
        if (hangs === 'for ever' && (report.outcome === 'clean' || code === 0)) throw new Error(output);
      }
    },
    TIME_MS,
  );
});

describe('the comparison', () => {
  it('finds halves of a service that writes without a transaction', async () => {
    const { half } = await play({
      client: 'driver',
      server: 'postgres',
      withoutTransaction: true,
      ...CUT,
      stops: CUT_STOPS,
      hangs: 'for ever',
    });
    expect(half.length).toBeGreaterThan(0);
  });
});
