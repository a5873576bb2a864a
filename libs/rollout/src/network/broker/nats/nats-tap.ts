import { type BrokerTap, type TapSink } from '../broker-tap.js';
import { NatsReader, type NatsOperation } from './nats-reader.js';

/** The header that marks a message of a rehearsal. */
export const NATS_HEADER = 'x-rehearsal-message';

const MARK = new RegExp(`^${NATS_HEADER}:\\s*(\\S+)\\s*$`, 'im');
/** Where the acknowledgement of a message of a stream goes. */
const TO_ACKNOWLEDGE = '$JS.ACK.';
/** Subjects that answers come to, and those of the server itself: no consumer of messages. */
const NO_CONSUMER = /^(_INBOX|_R_|\$)/;

/** Reads one connection of NATS: what a pod is given and answers, and what it acknowledges of a stream. */
export class NatsTap implements BrokerTap {
  readonly #fromPod = new NatsReader((operation) => this.#podSays(operation));
  readonly #fromBroker = new NatsReader((operation) => this.#brokerSays(operation));
  /** By the subject to which a pod answers. */
  readonly #answers = new Map<string, number>();
  readonly #unsettled = new Map<string, NonNullable<ReturnType<TapSink['deliver']>>>();
  readonly #consumers = new Set<string>();

  constructor(private readonly sink: TapSink) {}

  fromPod(chunk: Buffer): void {
    this.#fromPod.read(chunk);
  }

  fromBroker(chunk: Buffer): void {
    this.#fromBroker.read(chunk);
  }

  ended(): void {
    for (const handle of this.#unsettled.values()) handle.connectionEnded('cut');
    this.#unsettled.clear();
    this.sink.consumers(-this.#consumers.size);
    this.#consumers.clear();
  }

  #brokerSays({ verb, words, headers }: NatsOperation): void {
    if (verb !== 'HMSG') return;
    const number = this.sink.numberOf(MARK.exec(headers)?.[1] ?? '');
    if (number === undefined) return;
    // HMSG <subject> <sid> [reply] <bytes of headers> <bytes of all>
    const reply = words.length > 4 ? words[2] : undefined;
    const ofStream = reply?.startsWith(TO_ACKNOWLEDGE) === true;
    const handle = this.sink.deliver(number, ofStream);
    if (reply === undefined) return;
    if (ofStream && handle !== undefined) this.#unsettled.set(reply, handle);
    else this.#answers.set(reply, number);
  }

  #podSays({ verb, words, payload }: NatsOperation): void {
    const [first = ''] = words;
    // SUB <subject> [group] <sid>
    if (verb === 'SUB' && !NO_CONSUMER.test(first)) this.#consumes(words.at(-1) ?? '');
    // A subscription that ends after so many messages is one of its own kind.
    else if (verb === 'UNSUB' && words.length === 1) this.#cancels(first);
    else if (verb === 'PUB' || verb === 'HPUB') this.#publishes(first, payload);
  }

  #publishes(subject: string, payload: Buffer): void {
    const number = this.#answers.get(subject);
    if (number !== undefined) {
      this.#answers.delete(subject);
      return this.sink.replied(number, payload);
    }
    const handle = this.#unsettled.get(subject);
    if (handle === undefined) return;
    const word = payload.toString('latin1', 0, 5);
    if (word === '+WPI') return;
    this.#unsettled.delete(subject);
    if (word.startsWith('-NAK')) handle.settle('returned');
    else if (word.startsWith('+TERM')) handle.settle('refused');
    else handle.settle('acknowledged');
  }

  #consumes(sid: string): void {
    if (this.#consumers.has(sid)) return;
    this.#consumers.add(sid);
    this.sink.consumers(1);
  }

  #cancels(sid: string): void {
    if (this.#consumers.delete(sid)) this.sink.consumers(-1);
  }
}
