import { type BrokerTap, type TapSink } from '../broker-tap.js';
import { type KafkaHands } from './kafka-hands.js';
import { type Commit, readCommits, readFetched, readRefused } from './kafka-messages.js';
import { KafkaFields, KafkaFrames } from './kafka-reader.js';

const FETCH = 1;
const OFFSET_COMMIT = 8;
const JOIN_GROUP = 11;
const LEAVE_GROUP = 13;

/** The versions that are read: from batches with headers on, up to what kafkajs speaks. */
const READ = { [FETCH]: [4, 11], [OFFSET_COMMIT]: [2, 7] } as const;

interface Asked {
  readonly api: number;
  readonly version: number;
  readonly commits: readonly Commit[];
}

/**
 * Reads which records a consumer is given, which offsets it commits, and when it leaves its group, on one connection of kafkajs. A message that it cannot read
 * ends the reading, quietly.
 */
export class KafkaTap implements BrokerTap {
  readonly #requests = new KafkaFrames((frame) => this.#read(() => this.#asks(new KafkaFields(frame))));
  readonly #answers = new KafkaFrames((frame) => this.#read(() => this.#answered(new KafkaFields(frame))));
  readonly #asked = new Map<number, Asked>();
  #isConsuming = false;
  #isOver = false;

  constructor(
    private readonly sink: TapSink,
    private readonly hands: KafkaHands,
  ) {}

  fromPod(chunk: Buffer): void {
    this.#requests.read(chunk);
  }

  fromBroker(chunk: Buffer): void {
    this.#answers.read(chunk);
  }

  ended(): void {
    if (!this.#isConsuming) return;
    this.#isConsuming = false;
    this.hands.letGo(this.sink, 'cut');
    this.sink.consumers(-1);
  }

  #asks(fields: KafkaFields): void {
    const api = fields.int16();
    const version = fields.int16();
    const correlation = fields.int32();
    if (api === JOIN_GROUP) return this.hands.joins(this.sink.pod);
    if (api === LEAVE_GROUP) return this.hands.leaves(this.sink);
    if (!isRead(api, version)) return;
    fields.text();
    if (api === FETCH) this.#consumes();
    this.#asked.set(correlation, { api, version, commits: api === FETCH ? [] : readCommits(fields, version) });
  }

  #answered(fields: KafkaFields): void {
    const correlation = fields.int32();
    const asked = this.#asked.get(correlation);
    if (asked === undefined) return;
    this.#asked.delete(correlation);
    const { api, version, commits } = asked;
    if (api === FETCH) {
      for (const record of readFetched(fields, version)) this.hands.take(record, this.sink);
      return;
    }
    const refused = readRefused(fields, version);
    for (const commit of commits) this.hands.committed(commit, this.sink.pod, refused.has(commit.place));
  }

  #consumes(): void {
    if (this.#isConsuming || this.hands.hasLeft(this.sink.pod)) return;
    this.#isConsuming = true;
    this.sink.consumers(1);
  }

  #read(read: () => void): void {
    if (this.#isOver) return;
    try {
      read();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#isOver = true;
    }
  }
}

function isRead(api: number, version: number): boolean {
  if (api !== FETCH && api !== OFFSET_COMMIT) return false;
  const [least, most] = READ[api];
  return version >= least && version <= most;
}
