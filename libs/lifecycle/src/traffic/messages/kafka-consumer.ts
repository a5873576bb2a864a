import { type Deadline } from '../../deadline/deadline.js';
import { isObject } from '../../errors/foreign-value.js';
import { type KafkaConsumer, kafkaConsumerOf, serverOptionsOf } from '../../internals/broker-clients.js';
import { adviseOnKafka, type BrokerAdvice } from './broker-advice.js';
import { subscribedPatterns, type SubscribingServer } from './broker-patterns.js';
import { Replies } from './replies.js';
import { type Connections, type ConnectionsParts } from './transport-server.js';

/**
 * The consumer of Nest's Kafka transport (kafkajs 2.2.4). `stop()` begins at the signal: what runs ends and is committed, the
 * rest of its batch is left, and the consumer leaves its group, so that others get its partitions. A handler that commits by
 * itself needs a consumer that still commits, which one that stops does not: such a consumer is paused, and stops when nothing
 * runs any more.
 */
export class KafkaConsumerIntake implements Connections {
  readonly isRefusing = false;
  hasStoppedIntake = false;
  readonly #replies: Replies;
  #stopping: Promise<unknown> | undefined;

  constructor(
    private readonly server: SubscribingServer,
    private readonly parts: ConnectionsParts,
  ) {
    this.#replies = new Replies(server, parts.clock);
  }

  /** Does not wait: a stop is over when what runs is. */
  async stopAccepting(): Promise<void> {
    const consumer = this.#consumer();
    if (consumer === undefined) return;
    const topics = this.#topics();
    if (commitsByHand(this.server) && topics !== undefined) {
      this.parts.guard('pause() of a Kafka consumer', undefined, () => consumer.pause(topics));
    } else this.#stop(consumer);
  }

  advice(): BrokerAdvice[] {
    return adviseOnKafka(this.server, this.parts.workMs);
  }

  isTooLate(): boolean {
    return false;
  }

  async leave(deadline: Deadline): Promise<void> {
    const consumer = this.#consumer();
    if (consumer !== undefined) this.#stop(consumer);
    if (this.#stopping !== undefined) await deadline.settle(this.#stopping);
    await this.#replies.allLeft(deadline);
  }

  terminate(): void {
    const { onTheWay } = this.#replies;
    if (onTheWay > 0) this.parts.onCut([{ kind: 'message', name: `${onTheWay} replies to Kafka`, ageMs: 0 }]);
  }

  #consumer(): KafkaConsumer | undefined {
    return this.parts.guard('unwrap() of the Kafka server', undefined, () => kafkaConsumerOf(this.server));
  }

  #stop(consumer: KafkaConsumer): void {
    if (this.#stopping !== undefined) return;
    const stopping = this.parts.guard<Promise<unknown> | undefined>('stop() of a Kafka consumer', undefined, () =>
      consumer.stop(),
    );
    this.#stopping = Promise.resolve(stopping).then(
      () => (this.hasStoppedIntake = stopping !== undefined),
      // Told by the guard.
      () => undefined,
    );
  }

  /** What can be paused: topics by their names. The names that a regular expression stands for are not known. */
  #topics(): { topic: string }[] | undefined {
    const handlers = this.parts.guard('getHandlers() of the Kafka server', undefined, () =>
      this.server.getHandlers?.(),
    );
    const topics = subscribedPatterns(this.server, this.parts.guard);
    if (!(handlers instanceof Map) || topics.length < handlers.size) return undefined;
    return topics.map((topic) => ({ topic }));
  }
}

/** Whether only handlers commit what they have worked on (`run: { autoCommit: false }`). */
function commitsByHand(server: object): boolean {
  const { run } = serverOptionsOf(server);
  return isObject(run) && run['autoCommit'] === false;
}
