import { KafkaFields } from './kafka-reader.js';

/** The header of a record that holds the mark of its message. */
export const KAFKA_HEADER = 'x-rehearsal-message';

/** A record that a consumer was given. */
export interface FetchedRecord {
  /** Topic and partition. */
  readonly place: string;
  readonly offset: number;
  /** What its header says; `undefined` where it has none. */
  readonly mark: string | undefined;
}

/** An offset of a partition: the one after the last that is done. */
export interface Commit {
  readonly place: string;
  readonly offset: number;
}

function placeOf(topic: string | undefined, partition: number): string {
  return `${topic ?? ''}/${partition}`;
}

/** What an answer to Fetch, of version 4 to 11, has in it. */
export function readFetched(fields: KafkaFields, version: number): FetchedRecord[] {
  fields.int32();
  if (version >= 7) fields.skip(6);
  const topics = fields.list(() => {
    const topic = fields.text();
    return fields.list(() => readPartition(fields, version, topic)).flat();
  });
  return topics.flat();
}

function readPartition(fields: KafkaFields, version: number, topic: string | undefined): FetchedRecord[] {
  const place = placeOf(topic, fields.int32());
  fields.skip(version >= 5 ? 26 : 18);
  fields.list(() => fields.skip(16));
  if (version >= 11) fields.int32();
  const length = fields.int32();
  return length <= 0 ? [] : [...readBatches(fields.take(length), place)];
}

/** Where the bytes of a batch begin that its length counts, and where its records begin. */
const BATCH_HEAD = 12;
const RECORDS_AT = 61;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;

/** The last one may be cut: the broker fills the answer up to its limit. */
function* readBatches(bytes: Buffer, place: string): Iterable<FetchedRecord> {
  for (let at = 0; at + RECORDS_AT <= bytes.length;) {
    const end = at + BATCH_HEAD + bytes.readInt32BE(at + 8);
    if (end > bytes.length || end <= at) return;
    // A batch that is compressed is none that the rehearsal has sent.
    const isPlain = bytes.readInt8(at + MAGIC_AT) === 2 && (bytes.readInt16BE(at + ATTRIBUTES_AT) & 0b100111) === 0;
    if (isPlain) yield* readBatch(bytes.subarray(at, end), place);
    at = end;
  }
}

function* readBatch(bytes: Buffer, place: string): Iterable<FetchedRecord> {
  const base = Number(bytes.readBigInt64BE(0));
  const fields = new KafkaFields(bytes.subarray(RECORDS_AT));
  while (!fields.isAtEnd) {
    const record = new KafkaFields(fields.take(fields.varint()));
    record.int8();
    record.varint();
    const offset = base + record.varint();
    for (const _part of ['key', 'value']) record.skip(Math.max(0, record.varint()));
    yield { place, offset, mark: markIn(record) };
  }
}

function markIn(record: KafkaFields): string | undefined {
  let mark: string | undefined;
  for (let left = record.varint(); left > 0; left -= 1) {
    const name = record.take(record.varint()).toString();
    const value = record.take(Math.max(0, record.varint()));
    if (name === KAFKA_HEADER) mark = value.toString();
  }
  return mark;
}

/** What OffsetCommit, of version 2 to 7, asks for. */
export function readCommits(fields: KafkaFields, version: number): Commit[] {
  fields.text();
  fields.int32();
  fields.text();
  if (version <= 4) fields.int64();
  if (version >= 7) fields.text();
  const topics = fields.list(() => {
    const topic = fields.text();
    return fields.list(() => {
      const place = placeOf(topic, fields.int32());
      const offset = fields.int64();
      if (version >= 6) fields.int32();
      fields.text();
      return { place, offset };
    });
  });
  return topics.flat();
}

/** The partitions that its answer refuses. */
export function readRefused(fields: KafkaFields, version: number): ReadonlySet<string> {
  if (version >= 3) fields.int32();
  const topics = fields.list(() => {
    const topic = fields.text();
    return fields
      .list(() => {
        const place = placeOf(topic, fields.int32());
        return fields.int16() === 0 ? [] : [place];
      })
      .flat();
  });
  return new Set(topics.flat());
}
