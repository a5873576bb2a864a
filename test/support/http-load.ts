import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, HttpClient, type Outcome, type Request } from './http-client.js';

export interface LoadOptions {
  url: string;
  /** How many kept-alive connections ask at the same time. */
  clients: number;
  /** What the next client asks for; `n` counts the requests. Default: `GET /`. */
  request?: (n: number) => Request;
  /** Sees every answer, for what the ledger does not keep. */
  onAnswer?: (answer: Answer) => void;
  /** A client rests this long after each answer. Default 1. */
  pauseMs?: number;
}

/** What all clients saw, counted. */
export interface Ledger {
  total: number;
  counts: Partial<Record<Outcome, number>>;
  /** The first answers that were not `ok`, for a test's message. */
  notOk: Answer[];
}

const keptAnswers = 20;

/** Clients that ask, one request after another, until told to stop. */
export class HttpLoad {
  readonly ledger: Ledger = { total: 0, counts: {}, notOk: [] };
  private readonly done: Promise<unknown>;
  private readonly waiting = new Set<{ total: number; resolve: () => void }>();
  private asked = 0;
  private isStopped = false;

  constructor(private readonly options: LoadOptions) {
    this.done = Promise.all(Array.from({ length: options.clients }, () => this.runClient()));
  }

  /** Resolves when this many answers, of any outcome, have come in all. */
  answered(total: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add({ total, resolve });
      this.wake();
    });
  }

  /** Lets every client finish what it asked for, and returns what they saw. */
  async stop(): Promise<Ledger> {
    this.isStopped = true;
    await this.done;
    return this.ledger;
  }

  private async runClient(): Promise<void> {
    const { url, request = () => ({}), pauseMs = 1 } = this.options;
    const client = new HttpClient(url);
    while (!this.isStopped) {
      this.enter(await client.request(request(this.asked++)));
      await sleep(pauseMs);
    }
    client.close();
  }

  private enter(answer: Answer): void {
    const { counts, notOk } = this.ledger;
    this.ledger.total += 1;
    counts[answer.outcome] = (counts[answer.outcome] ?? 0) + 1;
    if (answer.outcome !== 'ok' && notOk.length < keptAnswers) notOk.push(answer);
    this.options.onAnswer?.(answer);
    this.wake();
  }

  private wake(): void {
    for (const waiter of this.waiting) {
      if (this.ledger.total < waiter.total) continue;
      this.waiting.delete(waiter);
      waiter.resolve();
    }
  }
}

/** Runs clients until the promise settles, and returns what they saw. */
export async function loadUntil(stopped: Promise<unknown>, options: LoadOptions): Promise<Ledger> {
  const load = new HttpLoad(options);
  await stopped.catch(() => undefined);
  return load.stop();
}
