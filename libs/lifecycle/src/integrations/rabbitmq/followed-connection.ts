import { type Guard } from '../../errors/foreign-call.js';
import { isObject } from '../../errors/foreign-value.js';
import { type Method, replaceMethod } from '../../patching/replace-method.js';
import { callMethod, type Foreign } from '../foreign-instances.js';
import { type FollowedCalls } from '../followed-calls.js';
import { HANDLE_BATCH, SET_UPS, WRAP_CONSUMER } from './package-parts.js';
import { consumerTagOf, nameOf, type RegisteredConsumer, registeredConsumer } from './registered-consumer.js';

/** Where the set-up of a consumer has its channel: (handler, options, channel). */
const CHANNEL = 2;
/** Where the handling of a batch has its messages: (handler, options, channel, messages). */
const MESSAGES = 3;

/** One `AmqpConnection`: its consumers, and the messages they are working on. */
export class FollowedConnection {
  /** Whether its messages are counted. */
  readonly isSeen: boolean;
  #isStopped = false;
  readonly #undo: (() => void)[] = [];
  /** How the messages end that wait for their batch, or are handled with it. */
  readonly #ends = new Map<unknown, () => void>();

  constructor(
    private readonly connection: Foreign,
    private readonly messages: FollowedCalls,
    private readonly guard: Guard,
  ) {
    this.isSeen = [WRAP_CONSUMER, ...SET_UPS].every((name) => typeof connection[name] === 'function');
    if (!this.isSeen) return;
    this.#replace(WRAP_CONSUMER, (wrap) => (consume: unknown) => wrap.call(connection, this.#counted(consume)));
    for (const name of SET_UPS)
      this.#replace(
        name,
        (setUp) =>
          (...args: unknown[]) =>
            this.#setUp(setUp, args),
      );
    if (!this.#isGathering) return;
    this.#replace(
      HANDLE_BATCH,
      (handle) =>
        (...args: unknown[]) =>
          this.#handleBatch(handle, args),
    );
  }

  /** Whether it is known when a batch has been handled. */
  get #isGathering(): boolean {
    return typeof this.connection[HANDLE_BATCH] === 'function';
  }

  /** Whether the broker has not confirmed all that was published. Private in amqp-connection-manager (5.0.0). */
  get hasUnconfirmed(): boolean {
    const channels = this.guard('managedChannels of RabbitMQ', {}, () => this.connection['managedChannels']);
    return Object.values(isObject(channels) ? channels : {}).some(
      (channel) =>
        isObject(channel) && ['_messages', '_unconfirmedMessages'].some((name) => lengthOf(channel[name]) > 0),
    );
  }

  /** Cancels each consumer. A connection that is lost and comes back does not begin them again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const tags = this.guard('consumerTags of RabbitMQ', [], () => this.connection['consumerTags']);
    const cancels = (Array.isArray(tags) ? tags : []).map(async (tag) =>
      callMethod(this.connection, 'cancelConsumer', tag),
    );
    // One on a channel that is gone has been cancelled with it.
    await Promise.allSettled(cancels);
  }

  /** Its own close does not wait any longer for the messages that are in flight. */
  forget(): void {
    const outstanding = this.connection['outstandingMessageProcessing'];
    if (outstanding instanceof Set) outstanding.clear();
  }

  undo(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #replace(name: string, replace: (original: Method) => Method): void {
    this.#undo.push(replaceMethod(this.connection, name, replace));
  }

  #counted(consume: unknown): unknown {
    if (typeof consume !== 'function') return consume;
    return (message: unknown): unknown => {
      const call = (): unknown => Reflect.apply(consume, undefined, [message]) as unknown;
      // `null`: the broker has cancelled the consumer.
      if (!isObject(message)) return call();
      const consumer = registeredConsumer(this.connection, consumerTagOf(message));
      if (this.#isStopped && consumer?.isAcknowledging === true) return this.#giveBack(consumer, message);
      const called = { name: nameOf(consumer) };
      if (consumer?.isGathering !== true || !this.#isGathering) return this.messages.call(called, call);
      // The call ends when the message has been put to the others of its batch.
      this.#ends.set(message, this.messages.begin(called));
      return call();
    };
  }

  /** Ends the messages of a batch with their acknowledgements. Where these fail, the messages stay with the broker, and in flight. */
  async #handleBatch(handle: Method, args: readonly unknown[]): Promise<unknown> {
    const answer = await handle.apply(this.connection, [...args]);
    const messages = args[MESSAGES];
    for (const message of Array.isArray(messages) ? messages : []) {
      this.#ends.get(message)?.();
      this.#ends.delete(message);
    }
    return answer;
  }

  /** It has come after the intake was stopped: the broker delivers it to another instance. */
  #giveBack({ channel }: RegisteredConsumer, message: object): void {
    this.guard('nack() of a RabbitMQ message', undefined, () => callMethod(channel, 'nack', message, false, true));
  }

  async #setUp(setUp: Method, args: readonly unknown[]): Promise<unknown> {
    if (this.#isStopped) return '';
    const tag = await setUp.apply(this.connection, [...args]);
    const channel = args[CHANNEL];
    // The signal came meanwhile.
    if (this.#hasStopped() && isObject(channel)) await callMethod(channel, 'cancel', tag);
    return tag;
  }

  #hasStopped(): boolean {
    return this.#isStopped;
  }
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
