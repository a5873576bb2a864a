import { type ConnectionEnd } from '../../../ledger/message-record.js';
import { type BrokerTap, type TapSink } from '../broker-tap.js';
import { AmqpChannel } from './amqp-channel.js';
import { FieldReader, readContentHeader } from './field-reader.js';
import { type Frame, FrameReader } from './frame-reader.js';

const METHOD = 1;
const HEADER = 2;
const BODY = 3;

const CONNECTION = 10;
const CHANNEL = 20;
const BASIC = 60;
const CLOSE_OF_CONNECTION = 50;
const CLOSE_OF_CHANNEL = 40;

/** Reads one connection of AMQP 0-9-1: what a pod is given, acknowledges and answers. */
export class AmqpTap implements BrokerTap {
  readonly #channels = new Map<number, AmqpChannel>();
  readonly #fromPod = new FrameReader((frame) => this.#podSays(frame), true);
  readonly #fromBroker = new FrameReader((frame) => this.#brokerSays(frame), false);

  constructor(private readonly sink: TapSink) {}

  fromPod(chunk: Buffer): void {
    this.#fromPod.read(chunk);
  }

  fromBroker(chunk: Buffer): void {
    this.#fromBroker.read(chunk);
  }

  ended(): void {
    this.#endAll('cut');
  }

  #podSays({ type, channel: number, payload }: Frame): void {
    if (type === BODY) return this.#channel(number).bodyFromPod(payload);
    if (type === HEADER) return this.#channel(number).contentFromPod(readContentHeader(payload));
    if (type !== METHOD) return;
    const reader = new FieldReader(payload);
    const ofClass = reader.short();
    const method = reader.short();
    if (ofClass === BASIC) this.#channel(number).podSays(method, reader);
    else if (ofClass === CHANNEL && method === CLOSE_OF_CHANNEL) this.#end(number, 'closed');
    else if (ofClass === CONNECTION && method === CLOSE_OF_CONNECTION) this.#endAll('closed');
  }

  #brokerSays({ type, channel: number, payload }: Frame): void {
    if (type === HEADER) return this.#channel(number).contentFromBroker(readContentHeader(payload));
    if (type !== METHOD) return;
    const reader = new FieldReader(payload);
    const ofClass = reader.short();
    const method = reader.short();
    if (ofClass === BASIC) this.#channel(number).brokerSays(method, reader);
    // The broker ends a channel after an error of the client, and a connection when it goes away.
    else if (ofClass === CHANNEL && method === CLOSE_OF_CHANNEL) this.#end(number, 'cut');
    else if (ofClass === CONNECTION && method === CLOSE_OF_CONNECTION) this.#endAll('cut');
  }

  #channel(number: number): AmqpChannel {
    const known = this.#channels.get(number);
    if (known !== undefined) return known;
    const channel = new AmqpChannel(this.sink);
    this.#channels.set(number, channel);
    return channel;
  }

  #end(number: number, how: ConnectionEnd): void {
    this.#channels.get(number)?.ended(how);
    this.#channels.delete(number);
  }

  #endAll(how: ConnectionEnd): void {
    for (const number of [...this.#channels.keys()]) this.#end(number, how);
  }
}
