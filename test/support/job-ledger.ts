import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import type { InFlight, ShutdownReport } from 'nestjs-lifecycle';
import { Random } from '../../libs/rollout/src/random/random.js';
import type { JobPlan } from '../programs/job-plan.js';
import { createDemoSchema, type DemoSchema } from './demo-schema.js';
import { type Program, startProgram } from './program.js';
import type { NestVersion } from './repository.js';
import { reportOf } from './service.js';

/** What a test says of a ledger of jobs; the rest is as below. */
export interface JobLedgerOptions extends Partial<Omit<JobPlan, 'queue' | 'redis' | 'database'>> {
  readonly library: JobPlan['library'];
  readonly nest: NestVersion;
}

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Only with the module. */
  readonly report?: ShutdownReport;
  /** All it has written, for a test that fails. */
  readonly output: string;
}

/** What became of the jobs, by their numbers. */
export interface JobLedgerResult {
  /** Without a charge in the database. */
  readonly lost: readonly number[];
  /** Whose processor has come to its end more than once. */
  readonly repeated: readonly number[];
  /** Whose processor has begun more often than it has ended. */
  readonly cut: readonly number[];
}

const DEFAULTS = {
  withModule: true,
  options: { gracePeriod: '20s' },
  jobMs: [5, 120],
  concurrency: 4,
  stalledMs: 2000,
} as const;

const LEAST_JOBS = 5;
const MOST_JOBS = 60;
/** A worker needs a second of a processor to start, and waits for that second where the machine is busy. */
const START_MS = 90_000;
/** How long no job may come to its end, for none to be expected to any more. */
const REST_MS = 30_000;

/**
 * Workers, real processes, that take numbered jobs from Redis and write their effects to PostgreSQL: `ledger` has each time that
 * a processor began and ended, `charges` what must happen once.
 */
export class JobLedger {
  readonly #schema: DemoSchema;
  readonly #client: Client;
  readonly #env: Record<string, string>;
  readonly producer: Program;
  readonly #all: Program[] = [];

  private constructor(
    private readonly options: JobLedgerOptions,
    schema: DemoSchema,
    client: Client,
  ) {
    this.#schema = schema;
    this.#client = client;
    const { nest, ...said } = options;
    const { hostname, port } = new URL(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379');
    const redis = { host: hostname, port: Number(port) };
    const plan: JobPlan = { ...DEFAULTS, ...said, queue: `ledger-${randomUUID()}`, redis, database: schema.url };
    this.#env = { JOBS: JSON.stringify(plan) };
    this.producer = startProgram('job-producer', { nest, ipc: true, env: this.#env });
  }

  static async open(options: JobLedgerOptions): Promise<JobLedger> {
    const schema = await createDemoSchema();
    const client = new Client(schema.url);
    await client.connect();
    await client.query('create table ledger (job integer not null, what text not null)');
    await client.query('create table charges (job integer primary key)');
    const ledger = new JobLedger(options, schema, client);
    await ledger.producer.waitForLine(/^ready$/);
    return ledger;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of [...this.#all, this.producer]) await program.kill();
    await this.#client.end();
    await this.#schema.remove();
  }

  async start(): Promise<Program> {
    const program = startProgram('job-worker', { nest: this.options.nest, ipc: true, env: this.#env });
    this.#all.push(program);
    await program.waitForLine(/^working$/, START_MS);
    return program;
  }

  /** Jobs of one name. */
  async add(name: string, count: number): Promise<void> {
    this.producer.send({ name, count });
    await this.producer.waitForLine(new RegExp(`^added ${count} ${name}$`));
  }

  /** A flow: its children have the first numbers, their parent the last. */
  async addFlow(children: number): Promise<void> {
    this.producer.send({ children });
    await this.producer.waitForLine(new RegExp(`^added a flow of ${children}$`));
  }

  /** Two workers and a steady stream of jobs: one worker after the other is restarted in the middle of its work. */
  async restart(count: number, seed = 1): Promise<WorkerEnd[]> {
    this.producer.send({ backlog: 200, paceMs: 10 });
    await this.producer.waitForLine(/^added the backlog$/);
    let workers = [await this.start(), await this.start()];
    const instants = new Random(seed).stream('restarts');
    const ends: WorkerEnd[] = [];
    for (let restarts = 0; restarts < count; restarts += 1) {
      const [oldest, ...others] = workers;
      if (oldest === undefined) throw new Error('no worker runs');
      workers = [...others, await this.start()];
      const jobs = countOf(oldest) + LEAST_JOBS + instants.below(MOST_JOBS - LEAST_JOBS);
      await oldest.waitForLine(new RegExp(`^did job .* \\(${jobs}\\)$`));
      ends.push(await this.stop(oldest));
    }
    return ends;
  }

  async stop(worker: Program, signal: NodeJS.Signals = 'SIGTERM'): Promise<WorkerEnd> {
    worker.signal(signal);
    const end = await worker.exit;
    const hasReport = this.options.withModule !== false && signal !== 'SIGKILL';
    return { ...end, ...(hasReport ? { report: reportOf(end) } : {}) };
  }

  /** What `inFlight()` of a worker says. */
  async inFlightOf(worker: Program): Promise<InFlight> {
    worker.send('in flight?');
    const [, text = ''] = await worker.waitForLine(/^in flight: (.*)$/);
    // What job-worker.ts prints.
    return JSON.parse(text) as InFlight;
  }

  /** No more jobs are added; those that are left are worked on by the workers that still run. */
  async end(): Promise<JobLedgerResult> {
    this.producer.send('stop');
    const [, text] = await this.producer.waitForLine(/^added (\d+)$/);
    const numbers = Array.from({ length: Number(text) }, (_, index) => index + 1);
    await this.#whenDone(numbers.length);
    return this.result(numbers);
  }

  /** The processors of so many jobs have come to their end, or none is to be expected to any more. */
  async #whenDone(count: number): Promise<void> {
    const look = `select count(distinct job)::int as count from ledger where what = 'did'`;
    let done = -1;
    // On a busy machine the stream may be quicker than the workers, and leave much behind.
    for (let until = Infinity; Date.now() < until;) {
      const [{ count: now } = { count: 0 }] = (await this.#client.query<{ count: number }>(look)).rows;
      if (now >= count) return;
      if (now > done) until = Date.now() + REST_MS;
      done = now;
      // Looks again, as there is nothing to be told by.
      await setTimeout(50);
    }
  }

  async result(numbers: readonly number[]): Promise<JobLedgerResult> {
    const charges = await this.#client.query<{ job: number }>('select job from charges');
    const charged = new Set(charges.rows.map(({ job }) => job));
    const { rows } = await this.#client.query<{ job: number; began: number; did: number }>(
      `select job, (count(*) filter (where what = 'began'))::int as began,
        (count(*) filter (where what = 'did'))::int as did from ledger group by job order by job`,
    );
    return {
      lost: numbers.filter((number) => !charged.has(number)),
      repeated: rows.flatMap(({ job, did }) => (did > 1 ? [job] : [])),
      cut: rows.flatMap(({ job, began, did }) => (began > did ? [job] : [])),
    };
  }
}

/** How many jobs a worker has ended. */
function countOf({ output }: Program): number {
  return output.match(/^did job /gm)?.length ?? 0;
}
