import { LatencyHistogram } from './latency-histogram.js';
import { type Fate, isStream, LOST_FATES, type RequestRecord } from './request-record.js';

/** How many there are of each fate. */
export type FateCounts = Readonly<Record<Fate, number>>;

/** Every request of a rehearsal, once, with its fate. */
export class Ledger {
  readonly #records: RequestRecord[] = [];
  readonly #settled = new Set<number>();
  readonly #readers = new Set<(record: RequestRecord) => void>();
  readonly #counts = {
    answered: 0,
    refused: 0,
    reset: 0,
    'server-error': 0,
    timeout: 0,
    'black-hole': 0,
    'told-to-go': 0,
    unfinished: 0,
  };
  #sent = 0;
  #isSorted = true;

  /** How long answered requests took, streams left out. */
  readonly latency = new LatencyHistogram();

  /** Requests are numbered from `first` on. */
  constructor(private readonly first = 1) {}

  /** The number of the next request, which is in flight from now on. */
  begin(): number {
    this.#sent += 1;
    return this.first + this.#sent - 1;
  }

  /**
   * What became of it.
   *
   * @throws Error for a request that was never begun, and for a second fate
   */
  settle(record: RequestRecord): void {
    const { id, fate, sentAt, endedAt } = record;
    if (id < this.first || id >= this.first + this.#sent) throw new Error(`Request ${id} was never sent.`);
    if (this.#settled.has(id)) throw new Error(`Request ${id} has its fate already.`);
    this.#settled.add(id);
    this.#isSorted = this.#isSorted && (this.#records.at(-1)?.id ?? 0) < id;
    this.#records.push(record);
    this.#counts[fate] += 1;
    if (fate === 'answered' && !isStream(record)) this.latency.add(endedAt - sentAt);
    for (const reader of this.#readers) reader(record);
  }

  /** Those with a fate, in the order they were sent. */
  get records(): readonly RequestRecord[] {
    if (!this.#isSorted) this.#records.sort((a, b) => a.id - b.id);
    this.#isSorted = true;
    return this.#records;
  }

  /** How many have been sent. */
  get sent(): number {
    return this.#sent;
  }

  /** How many have no fate yet. */
  get inFlight(): number {
    return this.#sent - this.#records.length;
  }

  get counts(): FateCounts {
    return { ...this.#counts };
  }

  get lost(): number {
    return LOST_FATES.reduce((sum, fate) => sum + this.#counts[fate], 0);
  }

  /** Calls `reader` with every later record, as soon as it is settled. The returned function ends that. */
  read(reader: (record: RequestRecord) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}
