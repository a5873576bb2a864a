import { type Deadline } from '../../deadline/deadline.js';
import { isObject } from '../../errors/foreign-value.js';
import { onRmqConsume, type RmqChannel, rmqChannelOf, type RmqConsume } from '../../internals/nest-rmq.js';

/** What Nest gets in place of a consumer that does not begin any more. */
const NOT_BEGUN = Promise.resolve({ consumerTag: '' });

/**
 * The consumers of Nest's RabbitMQ transport. After they are stopped the broker delivers nothing more, also when the connection is
 * lost and comes back.
 */
export class RmqConsumers {
  #isStopped = false;
  /** The channel on which the broker has confirmed that all consumers are cancelled. */
  #cancelledOn: RmqChannel | 'no channel' | undefined;
  /** What amqplib returned for the consumers that Nest has begun on a channel. */
  readonly #begun = new WeakMap<RmqChannel, unknown[]>();
  readonly #isFollowed: boolean;

  constructor(private readonly server: object) {
    this.#isFollowed = onRmqConsume(server, (consume) => this.#consume(consume));
  }

  /** Whether they were told to stop. Messages that the broker had sent by then may still come. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether the broker delivers nothing more. */
  get hasStopped(): boolean {
    if (this.#cancelledOn === undefined) return false;
    // Where new consumers are not kept from beginning, a new channel has some.
    return this.#isFollowed || this.#cancelledOn === rmqChannelOf(this.server);
  }

  async stop(deadline: Deadline): Promise<void> {
    this.#isStopped = true;
    const channel = rmqChannelOf(this.server);
    if (channel === undefined) this.#cancelledOn = 'no channel';
    else await deadline.settle(this.#cancel(channel));
  }

  #consume({ channel, begin }: RmqConsume): unknown {
    if (this.#isStopped) return NOT_BEGUN;
    const begun = begin();
    this.#begun.set(channel, [...(this.#begun.get(channel) ?? []), begun]);
    return begun;
  }

  async #cancel(channel: RmqChannel): Promise<void> {
    const tags = await this.#tagsOn(channel);
    await Promise.allSettled(tags.map(async (tag) => channel.cancel(tag)));
    // A consumer whose cancel has failed is still there, unless its channel is gone.
    const isLeft = tags.some((tag) => channel.consumers.has(tag)) && channel === rmqChannelOf(this.server);
    if (!isLeft) this.#cancelledOn = channel;
  }

  /** Those that Nest has begun. Where these are not known: all of the channel. */
  async #tagsOn(channel: RmqChannel): Promise<string[]> {
    const begun = this.#begun.get(channel);
    if (begun === undefined) return [...channel.consumers.keys()];
    const answers = await Promise.allSettled(begun);
    return answers.flatMap((answer) => {
      if (answer.status === 'rejected' || !isObject(answer.value)) return [];
      const { consumerTag } = answer.value;
      return typeof consumerTag === 'string' ? [consumerTag] : [];
    });
  }
}
