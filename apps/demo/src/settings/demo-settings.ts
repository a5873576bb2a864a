import { StartError } from '../start-error.js';

/** Reads one environment variable; `undefined` when it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/** What the demo takes from its environment. Durations are in milliseconds. */
export class DemoSettings {
  /** `PORT`, default 3000; 0 takes any free port. */
  readonly port: number;
  /** `DATABASE_URL`: a PostgreSQL server. Without it the demo runs PostgreSQL inside its own process. */
  readonly databaseUrl: string | undefined;
  /** `DEMO_DATA_DIR`: where the embedded PostgreSQL keeps its files. Without it the data lives in memory. */
  readonly dataDir: string | undefined;
  /**
   * `DEMO_PAYMENT_MS`, default 100: how long a transaction stays open between the order and its payment. The embedded
   * PostgreSQL runs one transaction at a time, so this times the number of clients is how long the last one waits.
   */
  readonly paymentMs: number;
  /** `DEMO_REPORT_MS`, default 5000: how long `GET /report` streams. */
  readonly reportMs: number;
  /** `DEMO_CONFIRMATION_MS`, default 500: how long sending a confirmation takes, after the order was answered. */
  readonly confirmationMs: number;
  /** `DEMO_OUTBOX_MS`, default 1000: how often the outbox is published. */
  readonly outboxMs: number;

  /** @throws {StartError} when a variable holds something that is not a whole number in its range */
  constructor(read: ReadVariable) {
    this.port = wholeNumber(read, 'PORT', { fallback: 3000, max: 65_535 });
    this.databaseUrl = read('DATABASE_URL') || undefined;
    this.dataDir = read('DEMO_DATA_DIR') || undefined;
    this.paymentMs = wholeNumber(read, 'DEMO_PAYMENT_MS', { fallback: 100, max: 600_000 });
    this.reportMs = wholeNumber(read, 'DEMO_REPORT_MS', { fallback: 5000, max: 600_000 });
    this.confirmationMs = wholeNumber(read, 'DEMO_CONFIRMATION_MS', { fallback: 500, max: 600_000 });
    this.outboxMs = wholeNumber(read, 'DEMO_OUTBOX_MS', { fallback: 1000, max: 600_000 });
  }
}

type Range = { fallback: number; max: number };

function wholeNumber(read: ReadVariable, name: string, { fallback, max }: Range): number {
  const written = read(name);
  if (written === undefined || written === '') return fallback;
  const value = Number(written);
  if (/^\d+$/.test(written) && value <= max) return value;
  throw new StartError(
    `${name} is "${written}", but it must be a whole number from 0 to ${max}. Type for example: ${name}=${fallback} npm start`,
  );
}
