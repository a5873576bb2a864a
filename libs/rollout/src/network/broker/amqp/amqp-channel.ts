import { type ConnectionEnd, type Settlement } from '../../../ledger/message-record.js';
import { type TapSink } from '../broker-tap.js';
import { type ContentHeader, type FieldReader } from './field-reader.js';

type Handle = NonNullable<ReturnType<TapSink['deliver']>>;

/** A message for the pod whose content is still to come. */
interface Expected {
  readonly tag: number;
  readonly needsAcknowledgement: boolean;
}

interface Reply {
  readonly number: number;
  /** Bytes that are still to come. */
  rest: number;
  /** Bytes that are still read. */
  room: number;
  readonly chunks: Buffer[];
}

/** So much of a reply is read, in bytes. Whether it is an error shows at its beginning. */
const LONGEST_REPLY = 64 * 1024;

/** One channel of a connection of a pod: what it was given, and has not settled. */
export class AmqpChannel {
  readonly #unsettled = new Map<number, Handle>();
  readonly #consumers = new Set<string>();
  /** By consumer tag, also of one that was cancelled: what is on its way still comes. */
  readonly #acknowledges = new Map<string, boolean>();
  readonly #asked: boolean[] = [];
  readonly #gets: boolean[] = [];
  #fromBroker: Expected | undefined;
  #isPublishing = false;
  #reply: Reply | undefined;

  constructor(private readonly sink: TapSink) {}

  /** A method of the class `basic` from the pod. */
  podSays(method: number, reader: FieldReader): void {
    const say = FROM_POD[method];
    if (say !== undefined) say(this, reader);
  }

  /** A method of the class `basic` from the broker. */
  brokerSays(method: number, reader: FieldReader): void {
    const say = FROM_BROKER[method];
    if (say !== undefined) say(this, reader);
  }

  contentFromBroker({ messageId, correlationId }: ContentHeader): void {
    const expected = this.#fromBroker;
    this.#fromBroker = undefined;
    if (expected === undefined) return;
    const number = this.sink.numberOf(messageId ?? '') ?? this.sink.numberOf(correlationId ?? '');
    if (number === undefined) return;
    const handle = this.sink.deliver(number, expected.needsAcknowledgement);
    if (handle !== undefined && expected.needsAcknowledgement) this.#unsettled.set(expected.tag, handle);
  }

  contentFromPod({ correlationId, bodySize }: ContentHeader): void {
    const number = this.#isPublishing ? this.sink.numberOf(correlationId ?? '') : undefined;
    this.#isPublishing = false;
    if (number === undefined) return;
    this.#reply = { number, rest: bodySize, room: LONGEST_REPLY, chunks: [] };
    this.#endReply();
  }

  bodyFromPod(payload: Buffer): void {
    const reply = this.#reply;
    if (reply === undefined) return;
    reply.rest -= payload.length;
    const read = Buffer.from(payload.subarray(0, reply.room));
    reply.room -= read.length;
    reply.chunks.push(read);
    this.#endReply();
  }

  /** The channel or its connection is no more; what it had not settled is in the queue again. */
  ended(how: ConnectionEnd): void {
    for (const handle of this.#unsettled.values()) handle.connectionEnded(how);
    this.#unsettled.clear();
    this.sink.consumers(-this.#consumers.size);
    this.#consumers.clear();
  }

  asksToConsume(isWithoutAcknowledgement: boolean, tag: string, isWithoutAnswer: boolean): void {
    if (isWithoutAnswer) this.#consumes(tag, !isWithoutAcknowledgement);
    else this.#asked.push(!isWithoutAcknowledgement);
  }

  /** Answers come in the order of what was asked. */
  mayConsume(tag: string): void {
    this.#consumes(tag, this.#asked.shift() ?? true);
  }

  cancels(tag: string): void {
    if (this.#consumers.delete(tag)) this.sink.consumers(-1);
  }

  asksForOne(isWithoutAcknowledgement: boolean): void {
    this.#gets.push(!isWithoutAcknowledgement);
  }

  getsNone(): void {
    this.#gets.shift();
  }

  getsOne(tag: number): void {
    this.#fromBroker = { tag, needsAcknowledgement: this.#gets.shift() ?? true };
  }

  delivers(consumer: string, tag: number): void {
    const needsAcknowledgement = this.#acknowledges.get(consumer) ?? true;
    this.#fromBroker = { tag, needsAcknowledgement };
  }

  publishes(): void {
    this.#isPublishing = true;
  }

  /** `isMultiple`: all up to that one; 0 is all of them. */
  settles(tag: number, isMultiple: boolean, how: Settlement): void {
    const upTo = tag === 0 ? Infinity : tag;
    const tags = isMultiple ? [...this.#unsettled.keys()].filter((one) => one <= upTo) : [tag];
    for (const one of tags) {
      this.#unsettled.get(one)?.settle(how);
      this.#unsettled.delete(one);
    }
  }

  #consumes(tag: string, needsAcknowledgement: boolean): void {
    this.#acknowledges.set(tag, needsAcknowledgement);
    this.#consumers.add(tag);
    this.sink.consumers(1);
  }

  #endReply(): void {
    const reply = this.#reply;
    if (reply === undefined || reply.rest > 0) return;
    this.#reply = undefined;
    this.sink.replied(reply.number, Buffer.concat(reply.chunks));
  }
}

type Say = (channel: AmqpChannel, reader: FieldReader) => void;

/** By method number of the class `basic`. */
const FROM_POD: Readonly<Record<number, Say>> = {
  // consume
  20: (channel, reader) => {
    reader.short();
    reader.text();
    const tag = reader.text();
    const bits = reader.byte();
    channel.asksToConsume((bits & 2) !== 0, tag, (bits & 8) !== 0);
  },
  // cancel
  30: (channel, reader) => channel.cancels(reader.text()),
  // publish
  40: (channel) => channel.publishes(),
  // get
  70: (channel, reader) => {
    reader.short();
    reader.text();
    channel.asksForOne((reader.byte() & 1) !== 0);
  },
  // ack
  80: (channel, reader) => channel.settles(reader.longLong(), (reader.byte() & 1) !== 0, 'acknowledged'),
  // reject
  90: (channel, reader) =>
    channel.settles(reader.longLong(), false, (reader.byte() & 1) === 0 ? 'refused' : 'returned'),
  // recover, recover-async
  100: (channel) => channel.settles(0, true, 'returned'),
  110: (channel) => channel.settles(0, true, 'returned'),
  // nack
  120: (channel, reader) => {
    const tag = reader.longLong();
    const bits = reader.byte();
    channel.settles(tag, (bits & 1) !== 0, (bits & 2) === 0 ? 'refused' : 'returned');
  },
};

const FROM_BROKER: Readonly<Record<number, Say>> = {
  // consume-ok
  21: (channel, reader) => channel.mayConsume(reader.text()),
  // deliver
  60: (channel, reader) => {
    const consumer = reader.text();
    channel.delivers(consumer, reader.longLong());
  },
  // get-ok
  71: (channel, reader) => channel.getsOne(reader.longLong()),
  // get-empty
  72: (channel) => channel.getsNone(),
};
