import { type LeftMessages } from '../ledger/message-record.js';
import { textOf } from '../load/messages/message-text.js';
import { namesOf } from '../network/broker/broker-variables.js';
import { KAFKA_HEADER } from '../network/broker/kafka/kafka-messages.js';
import { targetOf } from '../network/rewrite-target.js';
import { loadFirst } from './load-client.js';
import { MessageError } from './message-error.js';
import { type Publisher, type PublisherWorld } from './publisher.js';
import { brokerError, textOfError, within } from './within.js';

/** What is used of `kafkajs` 2. */
interface Admin {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  describeCluster(): Promise<{ readonly brokers: readonly { readonly host: string; readonly port: number }[] }>;
  listTopics(): Promise<readonly string[]>;
  fetchTopicOffsets(topic: string): Promise<readonly PartitionOffsets[]>;
  deleteTopicRecords(options: object): Promise<void>;
}

interface PartitionOffsets {
  readonly partition: number;
  readonly high: string;
  readonly low: string;
}

interface Producer {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  send(record: object): Promise<unknown>;
}

interface Kafka {
  admin(): Admin;
  producer(options?: object): Producer;
}

/** Of the log of kafkajs: its errors are told as they are met. */
const NOTHING = 0;
/** A topic that is being made has no leader for a moment. */
const MADE_MS = 20_000;

/** Sends to one topic of a broker, with the mark of each message in a header. */
export class KafkaPublisher implements Publisher {
  #admin: Admin | undefined;
  #producer: Producer | undefined;

  constructor(private readonly world: PublisherWorld) {}

  async connect(): Promise<void> {
    const { plan, load } = this.world;
    const kafka = kafkaOf(await loadFirst(['kafkajs'], load), new URL(plan.url).host);
    this.#admin = kafka.admin();
    this.#producer = kafka.producer();
    try {
      await within(Promise.all([this.#admin.connect(), this.#producer.connect()]), 'Kafka');
      await this.#failWhereElsewhere(this.#admin);
      await this.#failWhereUsed(this.#admin);
    } catch (error) {
      await this.#disconnect();
      if (error instanceof MessageError) throw error;
      throw brokerError('Kafka cannot be used', plan.url, textOfError(error));
    }
  }

  async isReady(): Promise<boolean> {
    if (this.#admin === undefined) return false;
    return (await within(this.#admin.listTopics(), 'Kafka')).includes(this.world.plan.queue);
  }

  async publish(number: number): Promise<void> {
    const { plan, ledger, marks } = this.world;
    const mark = marks.markOf(number);
    try {
      if (this.#producer === undefined) throw new Error('there is no producer');
      const message = { value: textOf(plan, number, mark), headers: { [KAFKA_HEADER]: mark } };
      // Each alone, so that an offset is one message.
      await within(this.#producer.send({ topic: plan.queue, messages: [message] }), 'Kafka', MADE_MS);
      ledger.accepted(number);
    } catch (error) {
      ledger.notAccepted(number, textOfError(error));
    }
  }

  /** A topic keeps what was handled, too. */
  left(): Promise<LeftMessages> {
    return Promise.resolve({ waiting: undefined });
  }

  async close(): Promise<void> {
    const { ledger, plan, onProblem } = this.world;
    try {
      if (this.#admin !== undefined && ledger.sent > 0) await within(this.#cleanUp(this.#admin), 'Kafka');
    } catch (error) {
      onProblem(
        `The topic ${plan.queue} still holds the ${ledger.sent} messages of this rehearsal (${textOfError(error)}). Delete it before the next one: kafka-topics.sh --bootstrap-server ${new URL(plan.url).host} --delete --topic ${plan.queue}`,
      );
    } finally {
      await this.#disconnect();
    }
  }

  /** It was empty before. */
  async #cleanUp(admin: Admin): Promise<void> {
    const { queue: topic } = this.world.plan;
    const offsets = await admin.fetchTopicOffsets(topic);
    const partitions = offsets.filter(isUsed).map(({ partition, high }) => ({ partition, offset: high }));
    if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
  }

  async #disconnect(): Promise<void> {
    const end = async (): Promise<void> => {
      await this.#admin?.disconnect();
      await this.#producer?.disconnect();
    };
    // What it did has been told; a connection that does not end is cut with this process.
    await within(end(), 'Kafka').catch(() => undefined);
  }

  /** Clients connect to where the brokers say that they are: only what goes to the address that is written can be read. */
  async #failWhereElsewhere(admin: Admin): Promise<void> {
    const { brokers } = await within(admin.describeCluster(), 'Kafka');
    const written = targetOf(this.world.plan.url);
    const isWritten = brokers.every(
      ({ host, port }) => port === written.port && namesOf(written).includes(host.toLowerCase()),
    );
    if (brokers.length === 1 && isWritten) return;
    const said = brokers.map(({ host, port }) => `${host}:${port}`).join(', ');
    throw new MessageError(
      `the cluster says that its brokers are at ${said}: a rehearsal needs one broker, with advertised.listeners as it is written here. Name it so, as in --messages kafka://127.0.0.1:9092 orders, or rehearse with a broker of your own`,
    );
  }

  async #failWhereUsed(admin: Admin): Promise<void> {
    const { queue: topic } = this.world.plan;
    if (!(await within(admin.listTopics(), 'Kafka')).includes(topic)) return;
    const offsets = await within(admin.fetchTopicOffsets(topic), 'Kafka');
    if (!offsets.some(isUsed)) return;
    throw new MessageError(
      `the topic ${topic} holds messages already, and pods that are stopped may get them: rehearse with an empty topic, or another broker`,
    );
  }
}

function isUsed({ high, low }: PartitionOffsets): boolean {
  return high !== low;
}

function kafkaOf({ Kafka }: Readonly<Record<string, unknown>>, broker: string): Kafka {
  if (typeof Kafka !== 'function') throw new MessageError('this kafkajs has no Kafka: npm install kafkajs@latest');
  // The types of the package are not at hand where it is not installed.
  const Found = Kafka as new (options: object) => Kafka;
  return new Found({ clientId: 'rehearsal', brokers: [broker], logLevel: NOTHING, connectionTimeout: 3000 });
}
