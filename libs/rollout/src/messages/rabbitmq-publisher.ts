import { type LeftMessages } from '../ledger/message-record.js';
import { proofOf } from '../load/messages/message-plan.js';
import { errorOf, textOf } from '../load/messages/message-text.js';
import { loadFirst } from './load-client.js';
import { MessageError } from './message-error.js';
import { type Publisher, type PublisherWorld } from './publisher.js';
import { ANSWER_MS, brokerError, textOfError, within } from './within.js';

interface Message {
  readonly content: Buffer;
  readonly properties: { readonly messageId?: unknown; readonly correlationId?: unknown };
}

/** What is used of `amqplib`, in every version from 0.5 on. */
interface Channel {
  on(event: 'error' | 'return', listener: (value: unknown) => void): void;
  checkQueue(queue: string): Promise<{ readonly messageCount: number; readonly consumerCount: number }>;
  assertQueue(queue: string, options: object): Promise<{ readonly queue: string }>;
  consume(queue: string, onMessage: (message: Message | null) => void, options: object): Promise<unknown>;
  publish(
    exchange: string,
    key: string,
    content: Buffer,
    options: object,
    confirmed: (error: unknown) => void,
  ): boolean;
  get(queue: string): Promise<Message | false>;
  ack(message: Message): void;
  nack(message: Message, allUpTo: boolean, requeue: boolean): void;
  close(): Promise<void>;
}

interface Connection {
  on(event: 'error' | 'close', listener: (error: unknown) => void): void;
  createChannel(): Promise<Channel>;
  createConfirmChannel(): Promise<Channel>;
  close(): Promise<void>;
}

/** So long the messages may take to be taken away: a fixed time, and more for each. */
const CLEAN_UP_MS = 10_000;
const CLEAN_UP_MS_EACH = 10;
/** What the broker gives back of pods that have just ended comes within this, where it comes at all. */
const COMES_BACK_MS = 2000;
const LOOK_MS = 50;

/** Publishes to one queue by the default exchange, with confirms. */
export class RabbitmqPublisher implements Publisher {
  #connection: Connection | undefined;
  #channel: Channel | undefined;
  #replyTo: string | undefined;
  #isClosing = false;

  constructor(private readonly world: PublisherWorld) {}

  async connect(): Promise<void> {
    const { url, queue } = this.world.plan;
    const client = await loadFirst(['amqplib'], this.world.load);
    const { connect } = client;
    if (typeof connect !== 'function')
      throw new MessageError('this amqplib has no connect: npm install amqplib@latest');
    try {
      // The types of the package are not at hand where it is not installed.
      const open = connect as (url: string, socketOptions: object) => Promise<Connection>;
      this.#connection = await within(open(url, { timeout: ANSWER_MS }), 'RabbitMQ');
    } catch (error) {
      throw brokerError('RabbitMQ cannot be reached', url, textOfError(error));
    }
    this.#connection.on('error', (error) => this.#lost(error));
    this.#connection.on('close', () => this.#lost('the connection was closed'));
    const before = await this.#lookAtQueue();
    if (before !== undefined) failWhereShared(queue, before);
  }

  async isReady(): Promise<boolean> {
    if ((await this.#lookAtQueue()) === undefined) return false;
    try {
      await this.#openChannel();
    } catch (error) {
      throw new MessageError(`RabbitMQ gave no channel to send messages on: ${textOfError(error)}`);
    }
    return true;
  }

  async publish(number: number): Promise<void> {
    const { plan, ledger, marks } = this.world;
    const channel = this.#channel;
    if (channel === undefined) return ledger.notAccepted(number, 'there is no channel');
    const mark = marks.markOf(number);
    const options = {
      ...{ messageId: mark, mandatory: true, persistent: true, contentType: 'application/json' },
      ...(this.#replyTo !== undefined && { replyTo: this.#replyTo, correlationId: mark }),
    };
    const content = Buffer.from(textOf(plan, number, mark));
    const confirmed = new Promise<void>((resolve, reject) => {
      channel.publish('', plan.queue, content, options, (error: unknown) =>
        error ? reject(new Error(textOfError(error))) : resolve(),
      );
    });
    try {
      // A broker that is short of memory takes messages and confirms none.
      await within(confirmed, 'RabbitMQ');
      ledger.accepted(number);
    } catch (error) {
      ledger.notAccepted(number, textOfError(error));
    }
  }

  async left(): Promise<LeftMessages> {
    return { waiting: (await this.#lookAtQueue())?.messageCount };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#connection === undefined) return;
    try {
      // What is in the queue of a rehearsal that has sent nothing belongs to others.
      if (this.world.ledger.sent > 0)
        await within(this.#cleanUp(), 'RabbitMQ', CLEAN_UP_MS + this.world.ledger.sent * CLEAN_UP_MS_EACH);
    } catch (error) {
      const { ledger, marks, plan } = this.world;
      this.world.onProblem(
        `The queue ${plan.queue} may still hold some of the ${ledger.sent} messages of this rehearsal, with messageId as ${marks.markOf(1)}: ${textOfError(error)}. Remove them before another consumer takes them`,
      );
    } finally {
      await within(this.#connection.close(), 'RabbitMQ').catch(() => undefined);
    }
  }

  /** A queue that is not there ends the channel that asks for it. */
  async #lookAtQueue(): Promise<{ readonly messageCount: number; readonly consumerCount: number } | undefined> {
    try {
      const channel = await this.#newChannel();
      const found = await within(channel.checkQueue(this.world.plan.queue), 'RabbitMQ');
      await channel.close();
      return found;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw new MessageError(`RabbitMQ does not tell of the queue ${this.world.plan.queue}: ${textOfError(error)}`);
    }
  }

  async #newChannel(): Promise<Channel> {
    if (this.#connection === undefined) throw new Error('the publisher has not been connected');
    const channel = await within(this.#connection.createChannel(), 'RabbitMQ');
    // The promise of what was asked says the same.
    channel.on('error', () => undefined);
    return channel;
  }

  async #openChannel(): Promise<void> {
    if (this.#connection === undefined || this.#channel !== undefined) return;
    const { ledger, plan } = this.world;
    const channel = await within(this.#connection.createConfirmChannel(), 'RabbitMQ');
    channel.on('error', (error) => this.#lost(error));
    channel.on('return', (message) => {
      const number = this.#numberOf(message as Message);
      if (number !== undefined) ledger.notAccepted(number, 'the queue is not there any more');
    });
    if (plan.expectsReply) {
      this.#replyTo = await within(this.#consumeReplies(channel), 'RabbitMQ');
    }
    this.#channel = channel;
  }

  /** The queue to which handlers answer. */
  async #consumeReplies(channel: Channel): Promise<string> {
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
    await channel.consume(queue, (message) => this.#answered(message), { noAck: true });
    return queue;
  }

  /** It has been seen on its way, at its pod; this is only for what has come another way. */
  #answered(message: Message | null): void {
    const { ledger, marks, plan } = this.world;
    const { correlationId } = message?.properties ?? {};
    const number = typeof correlationId === 'string' ? marks.numberOf(correlationId) : undefined;
    if (number === undefined || message === null || ledger.isAnswered(number) || proofOf(plan) !== 'reply') return;
    const error = errorOf(message.content.toString());
    if (error === undefined) ledger.done(number, ledger.lastPodOf(number));
    else ledger.failed(number, ledger.lastPodOf(number), error);
  }

  #numberOf({ properties: { messageId } }: Message): number | undefined {
    return typeof messageId === 'string' ? this.world.marks.numberOf(messageId) : undefined;
  }

  /** A broker may notice a moment later that a pod has ended, and gives back then what that had in its hands. */
  async #cleanUp(): Promise<void> {
    const outstanding = new Set(this.world.ledger.atBroker);
    const until = performance.now() + COMES_BACK_MS;
    for (;;) {
      const queue = await this.#lookAtQueue();
      if (queue === undefined) return;
      if (queue.messageCount > 0) await this.#takeAway(outstanding);
      else if (queue.consumerCount === 0 && outstanding.size === 0) return;
      // Others have it, or have put their own into it: that stays.
      if (performance.now() > until) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** What is of others stays: what was not acknowledged goes back when its channel is closed. */
  async #takeAway(outstanding: Set<number>): Promise<void> {
    const channel = await this.#newChannel();
    for (;;) {
      const message = await channel.get(this.world.plan.queue);
      if (message === false) break;
      const number = this.#numberOf(message);
      if (number === undefined) continue;
      channel.ack(message);
      outstanding.delete(number);
    }
    await channel.close();
  }

  #lost(error: unknown): void {
    if (!this.#isClosing) this.world.onProblem(`RabbitMQ: ${textOfError(error)}`);
  }
}

function failWhereShared(
  queue: string,
  { messageCount, consumerCount }: { messageCount: number; consumerCount: number },
): void {
  if (messageCount > 0) {
    throw new MessageError(
      `the queue ${queue} holds ${messageCount} messages already, and pods that are stopped would get them: empty it, or rehearse with another queue or broker`,
    );
  }
  if (consumerCount > 0) {
    throw new MessageError(
      `the queue ${queue} has ${consumerCount} consumers already, which would take messages of the rehearsal: stop them, or rehearse with another queue or broker`,
    );
  }
}

function isNotFound(error: unknown): boolean {
  return textOfError(error).includes('404') || (error instanceof Error && 'code' in error && error.code === 404);
}
