import { type ConnectionEnd, type Settlement } from '../../../ledger/message-record.js';
import { type TapSink } from '../broker-tap.js';
import { KafkaHands } from './kafka-hands.js';
import { KafkaTap } from './kafka-tap.js';

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const int64 = (value: number): Buffer => Buffer.concat([int32(0), int32(value)]);
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);
const list = (...items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);
/** Up to 63: zigzag, in one byte. */
const small = (value: number): Buffer => Buffer.from([value < 0 ? -2 * value - 1 : 2 * value]);
const framed = (...parts: readonly Buffer[]): Buffer => {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([int32(bytes.length), bytes]);
};

const request = (api: number, version: number, id: number, ...parts: readonly Buffer[]): Buffer =>
  framed(int16(api), int16(version), int32(id), text('kafkajs'), ...parts);
const fetch = (id: number): Buffer => request(1, 11, id);
const leave = request(13, 1, 99, text('orders'), text('me'));

function batch(offset: number, number: number): Buffer {
  const header = Buffer.concat([
    small(19),
    Buffer.from('x-rehearsal-message'),
    small(6),
    Buffer.from(`mark-${number}`),
  ]);
  const record = Buffer.concat([
    Buffer.from([0]),
    small(0),
    small(0),
    small(-1),
    small(2),
    Buffer.from('{}'),
    small(1),
    header,
  ]);
  const counted = Buffer.concat([
    ...[int32(0), Buffer.from([2]), int32(0), int16(0), int32(0), int64(0), int64(0), int64(0), int16(0), int32(0)],
    ...[list(Buffer.concat([small(record.length), record]))],
  ]);
  return Buffer.concat([int64(offset), int32(counted.length), counted]);
}

/** Of partition 0, with the beginning of a batch that did not fit. */
function fetched(id: number, ...batches: readonly Buffer[]): Buffer {
  const records = Buffer.concat([...batches, batch(60, 60).subarray(0, 70)]);
  const partition = Buffer.concat([
    int32(0),
    int16(0),
    int64(9),
    int64(9),
    int64(0),
    int32(-1),
    int32(-1),
    int32(records.length),
    records,
  ]);
  return framed(int32(id), int32(0), int16(0), int32(0), list(Buffer.concat([text('orders'), list(partition)])));
}

function commit(id: number, offset: number): Buffer {
  const partition = Buffer.concat([int32(0), int64(offset), int16(-1)]);
  const topics = list(Buffer.concat([text('orders'), list(partition)]));
  return request(8, 5, id, text('orders'), int32(1), text('me'), topics);
}

function committed(id: number, error: number): Buffer {
  return framed(
    int32(id),
    int32(0),
    list(Buffer.concat([text('orders'), list(Buffer.concat([int32(0), int16(error)]))])),
  );
}

/** Pods with one connection each. */
class Group {
  readonly told: string[] = [];
  readonly done = new Set<number>();
  readonly #hands = new KafkaHands();

  join(pod: string): { asks(bytes: Buffer): void; gets(bytes: Buffer): void; ends(): void } {
    const sink: TapSink = {
      pod,
      numberOf: (mark) => Number(/^mark-(\d+)$/.exec(mark)?.[1]),
      isDone: (number) => this.done.has(number),
      deliver: (number) => {
        this.told.push(`${number} to ${pod}`);
        const tell = (how: Settlement | ConnectionEnd): void => void this.told.push(`${number} ${how} by ${pod}`);
        return { settle: tell, connectionEnded: tell };
      },
      replied: () => undefined,
      consumers: (change) => void this.told.push(`${pod} ${change > 0 ? 'begins' : 'stops'}`),
    };
    const tap = new KafkaTap(sink, this.#hands);
    const inPieces = (bytes: Buffer, take: (chunk: Buffer) => void): void => {
      for (let at = 0; at < bytes.length; at += 5) take(bytes.subarray(at, at + 5));
    };
    return {
      asks: (bytes) => inPieces(bytes, (chunk) => tap.fromPod(chunk)),
      gets: (bytes) => inPieces(bytes, (chunk) => tap.fromBroker(chunk)),
      ends: () => tap.ended(),
    };
  }

  /** A pod that was given the messages 1, 2 and 3, at the offsets 0, 1 and 2. */
  withThree(pod: string): ReturnType<Group['join']> {
    const consumer = this.join(pod);
    consumer.asks(fetch(1));
    consumer.gets(fetched(1, batch(0, 1), batch(1, 2), batch(2, 3)));
    this.told.splice(0);
    return consumer;
  }
}

describe('what passes between a pod and Kafka', () => {
  it('tells what is fetched', () => {
    const group = new Group();
    const consumer = group.join('a');
    consumer.asks(fetch(1));
    consumer.gets(fetched(1, batch(0, 1), batch(1, 2)));
    expect(group.told).toEqual(['a begins', '1 to a', '2 to a']);
  });

  it('takes what is before a committed offset for acknowledged', () => {
    const group = new Group();
    const consumer = group.withThree('a');
    consumer.asks(commit(2, 2));
    expect(group.told).toEqual([]);
    consumer.gets(committed(2, 0));
    expect(group.told).toEqual(['1 acknowledged by a', '2 acknowledged by a']);
  });

  it('gives back what a refused commit was about', () => {
    const group = new Group();
    const consumer = group.withThree('a');
    consumer.asks(commit(2, 1));
    consumer.gets(committed(2, 27));
    expect(group.told).toEqual(['1 returned by a']);
  });

  it('gives back what is not done when the consumer leaves its group, and nothing of what is done', () => {
    const group = new Group();
    const consumer = group.withThree('a');
    group.done.add(1);
    group.join('a').asks(leave);
    consumer.asks(fetch(3));
    consumer.gets(fetched(3, batch(1, 2)));
    consumer.ends();
    expect(group.told).toEqual(['1 closed by a', '2 returned by a', '3 returned by a', 'a stops']);
  });

  it('says what was in hand where the process ends', () => {
    const group = new Group();
    const consumer = group.withThree('a');
    group.done.add(1);
    consumer.ends();
    expect(group.told).toEqual(['1 cut by a', '2 cut by a', '3 returned by a', 'a stops']);
  });

  it('moves what another consumer fetches', () => {
    const group = new Group();
    group.withThree('a');
    const other = group.join('b');
    other.asks(fetch(1));
    other.gets(fetched(1, batch(2, 3)));
    expect(group.told).toEqual(['b begins', '3 returned by a', '3 to b']);
  });

  it('is left alone where it is no Kafka', () => {
    const group = new Group();
    const consumer = group.join('a');
    consumer.asks(Buffer.from('\x16\x03\x01\x02 a hello of TLS'));
    consumer.gets(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
    expect(group.told).toEqual([]);
  });
});
