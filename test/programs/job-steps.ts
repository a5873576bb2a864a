import { setTimeout } from 'node:timers/promises';
import { Pool } from 'pg';
import { plan } from './job-plan.js';

/** A job as both libraries hand it over. */
export interface LedgerJob {
  readonly id?: string | number | undefined;
  readonly name: string;
  readonly data: { readonly number: number };
}

/** Where side effects are written: rows of the application, which it closes when it stops. */
export class Books {
  readonly #pool = new Pool({ connectionString: plan.database, max: 20 });

  /** A side effect that happens again when its job does. */
  async note(what: 'began' | 'did', { data }: LedgerJob): Promise<void> {
    await this.#pool.query('insert into ledger (job, what) values ($1, $2)', [data.number, what]);
  }

  /** One that happens once: its row has the job as its key, and is written together with it. */
  async charge({ data }: LedgerJob): Promise<void> {
    await this.#pool.query('insert into charges (job) values ($1) on conflict (job) do nothing', [data.number]);
  }

  async close(): Promise<void> {
    await this.#pool.end();
    console.log('books closed');
  }
}

let done = 0;

/** Works on a job: its effects are in the books when it ends. One that is called `hang` never ends by itself. */
export async function work(books: Books, job: LedgerJob, signal?: AbortSignal): Promise<number> {
  await books.note('began', job);
  console.log(`took job ${job.data.number}`);
  const [least, most] = plan.jobMs;
  if (job.name === 'hang') await new Promise(() => undefined);
  if (job.name === 'patient') await setTimeout(60_000, undefined, { signal });
  await setTimeout(least + Math.random() * (most - least));
  await books.charge(job);
  await books.note('did', job);
  done += 1;
  console.log(`did job ${job.data.number} (${done})`);
  return job.data.number;
}
