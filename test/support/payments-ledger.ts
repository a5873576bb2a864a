import { setTimeout } from 'node:timers/promises';
import type { ShutdownReport } from 'nestjs-lifecycle';
import { Random, type RandomStream } from '../../libs/rollout/src/random/random.js';
import type { PaymentsPlan } from '../programs/payments/plan.js';
import { type Answer, HttpClient } from './http-client.js';
import { createPaymentsDatabase, type PaymentsDatabase } from './payments-database.js';
import { type Program, type ProgramExit, startProgram } from './program.js';
import { reportOf } from './service.js';

/** What a test says of a ledger of payments; the rest is as below. */
export interface PaymentsLedgerOptions extends Partial<Omit<PaymentsPlan, 'url'>> {
  readonly client: PaymentsPlan['client'];
  readonly server: PaymentsPlan['server'];
  readonly adapter?: 'express' | 'fastify';
  /** How many processes are stopped. */
  readonly stops: number;
  /** How many of them there are at the same time, each with customers of its own; default one after the other. */
  readonly atOnce?: number;
  /** The same for the same instants. */
  readonly seed?: number;
}

/** What became of the orders, by their numbers. */
export interface PaymentsResult {
  /** Orders without their payment, and payments without their order. */
  readonly half: readonly number[];
  /** Answered 201, and not in the database. */
  readonly unfounded: readonly number[];
  /** Begun by a handler of the service, and not answered 201: what their clients saw. */
  readonly unanswered: readonly string[];
  /** Those of them that were cut, and that no report names as interrupted. */
  readonly unnamed: readonly string[];
  /** Orders whose transaction has no end by itself, and that are in the database all the same. */
  readonly finished: readonly number[];
  /** How many were answered 201. */
  readonly paid: number;
  /** How many orders, and how many payments, are in the database. */
  readonly orders: number;
  readonly payments: number;
  /** How each process ended. */
  readonly ends: readonly PaymentsEnd[];
}

interface PaymentsEnd extends ProgramExit {
  readonly report: ShutdownReport;
}

interface Customer {
  readonly url: string;
  readonly isKeptAlive: boolean;
  /** The number of the next order. */
  readonly number: () => number;
}

const DEFAULTS = {
  withoutTransaction: false,
  options: { lameDuck: '100ms', gracePeriod: '60s' },
  betweenMs: [2, 40],
  hangs: 'never',
} as const;

/** Half of them on kept-alive connections. */
const CUSTOMERS = 12;
/** After how many orders a process is told to stop. Fewer where some have no end: they use up the pool. */
const FIRST_ORDERS = 8;
const LAST_ORDERS = { never: 120, hangs: 40 };
/** How much later still, so that it is at any point of a transaction. */
const LATER_MS = 40;
const PATIENCE_MS = 110_000;
/** More than one service is sent, and a multiple of ten, as every tenth may have no end. */
const ORDERS_OF_ONE = 100_000;

/**
 * Customers that order one thing after the other and never try twice, of a service, a real process, that writes each order and
 * its payment in one transaction. It gets its SIGTERM in the middle of that, and another one takes its place. Services that run at
 * the same time share the database.
 */
export class PaymentsLedger {
  readonly #answers = new Map<number, Answer>();
  readonly #ends: PaymentsEnd[] = [];
  readonly #plan: PaymentsPlan;

  private constructor(
    private readonly options: PaymentsLedgerOptions,
    private readonly database: PaymentsDatabase,
  ) {
    const { adapter: _adapter, stops: _stops, atOnce: _atOnce, seed: _seed, ...said } = options;
    this.#plan = { ...DEFAULTS, ...said, url: database.url };
  }

  /** Plays the stops, and compares orders, payments and answers. */
  static async play(options: PaymentsLedgerOptions): Promise<PaymentsResult> {
    const database = await createPaymentsDatabase(options.server);
    try {
      const ledger = new PaymentsLedger(options, database);
      await ledger.#stopAll();
      return await ledger.#result();
    } finally {
      await database.remove();
    }
  }

  async #stopAll(): Promise<void> {
    const { stops, atOnce = 1, seed = 1 } = this.options;
    const random = new Random(seed);
    let begun = 0;
    const oneAfterTheOther = async (): Promise<void> => {
      while (begun < stops) {
        begun += 1;
        await this.#stopOne(begun * ORDERS_OF_ONE, random.stream(`stop ${begun}`));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
  }

  /** Orders of its customers are numbered from `first` on, so that each service has its share of those without an end. */
  async #stopOne(first: number, instants: RandomStream): Promise<void> {
    const env = { PAYMENTS: JSON.stringify(this.#plan), ADAPTER: this.options.adapter ?? 'express' };
    const program = startProgram('payments/service', { nest: 12, env });
    await program.waitForLine(/listening on/, PATIENCE_MS);
    const url = await program.url();
    let newest = first;
    const number = (): number => (newest += 1);
    const customers = Array.from({ length: CUSTOMERS }, (_, index) =>
      this.#orderOnAndOn(program, { url, isKeptAlive: index % 2 === 0, number }),
    );
    const last = this.#plan.hangs === 'never' ? LAST_ORDERS.never : LAST_ORDERS.hangs;
    const orders = FIRST_ORDERS + instants.below(last - FIRST_ORDERS);
    await program.waitForLine(new RegExp(`^took \\d+ \\(${orders}\\)$`), PATIENCE_MS);
    if (this.#plan.hangs !== 'never') await program.waitForLine(/^hangs /, PATIENCE_MS);
    await setTimeout(instants.uniform(0, LATER_MS));
    program.signal('SIGTERM');
    const end = await program.exit;
    await Promise.all(customers);
    this.#ends.push({ ...end, report: reportOf(end) });
  }

  /** One customer, until nobody listens any more. */
  async #orderOnAndOn(program: Program, { url, isKeptAlive, number }: Customer): Promise<void> {
    const client = new HttpClient(url, { timeoutMs: PATIENCE_MS });
    while (!program.hasExited) {
      const order = number();
      const headers = { 'x-request-id': `order-${order}`, ...(isKeptAlive ? {} : { connection: 'close' }) };
      const answer = await client.request({ method: 'POST', path: `/orders/${order}`, headers });
      this.#answers.set(order, answer);
      if (!isKeptAlive) client.close();
      if (answer.outcome === 'refused') break;
    }
    client.close();
  }

  async #result(): Promise<PaymentsResult> {
    const books = await this.database.read();
    const [orders, payments] = [new Set(books.orders), new Set(books.payments)];
    const isPaid = (order: number): boolean => this.#answers.get(order)?.status === 201;
    const begun = this.#ends.flatMap(({ output }) => numbersOf(output, 'got'));
    const unanswered = begun.filter((order) => !isPaid(order));
    const all = [...this.#answers.keys()];
    return {
      half: all.filter((order) => orders.has(order) !== payments.has(order)),
      unfounded: all.filter((order) => isPaid(order) && !(orders.has(order) && payments.has(order))),
      unanswered: unanswered.map((order) => this.#describe(order)),
      unnamed: this.#unnamed(unanswered),
      finished: this.#ends.flatMap(({ output }) => numbersOf(output, 'hangs')).filter((order) => orders.has(order)),
      paid: all.filter(isPaid).length,
      orders: orders.size,
      payments: payments.size,
      ends: this.#ends,
    };
  }

  /** A handler that was told in time has given up, and has answered 500 by itself. */
  #unnamed(unanswered: readonly number[]): string[] {
    const named = new Set(
      this.#ends.flatMap(({ report }) => report.requests.interrupted.map(({ correlationId }) => correlationId)),
    );
    const hasGivenUp = (order: number): boolean => this.#answers.get(order)?.status === 500;
    return unanswered
      .filter((order) => !hasGivenUp(order) && !named.has(`order-${order}`))
      .map((order) => `${this.#describe(order)}; ${this.#endOf(order)}`);
  }

  /** How the service of an order has ended, for whoever looks for the reason. */
  #endOf(order: number): string {
    const end = this.#ends.find(({ output }) => new RegExp(`^got ${order}$`, 'm').test(output));
    if (end === undefined) return 'of no service';
    const { outcome, phases, requests, durationMs } = end.report;
    const lines = end.output.split('\n').filter((line) => !/^(got|took|report:)/.test(line));
    return JSON.stringify({ code: end.code, outcome, durationMs, phases, requests, lines: lines.slice(-20) });
  }

  #describe(order: number): string {
    const { outcome = 'never sent', body = '' } = this.#answers.get(order) ?? {};
    return `order ${order}: ${outcome} ${body}`.trimEnd();
  }
}

function numbersOf(output: string, verb: string): number[] {
  return [...output.matchAll(new RegExp(`^${verb} (\\d+)`, 'gm'))].map(([, number]) => Number(number));
}
