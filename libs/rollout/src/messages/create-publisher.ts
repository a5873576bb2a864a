import { type BrokerKind } from '../load/messages/message-plan.js';
import { type MakeTap } from '../network/broker/broker-tap.js';
import { AmqpTap } from '../network/broker/amqp/amqp-tap.js';
import { NatsTap } from '../network/broker/nats/nats-tap.js';
import { KafkaHands } from '../network/broker/kafka/kafka-hands.js';
import { KafkaTap } from '../network/broker/kafka/kafka-tap.js';
import { BullmqTap } from '../network/broker/redis/bullmq-tap.js';
import { BullmqPublisher } from './bullmq-publisher.js';
import { KafkaPublisher } from './kafka-publisher.js';
import { NatsPublisher } from './nats-publisher.js';
import { type Publisher, type PublisherWorld } from './publisher.js';
import { RabbitmqPublisher } from './rabbitmq-publisher.js';

/** How a broker is spoken to, and how what it says to pods is read. */
interface Broker {
  readonly publisher: new (world: PublisherWorld) => Publisher;
  /** Called once for a rehearsal: what it makes may know of all connections. */
  readonly taps: () => MakeTap;
  /** Where its address says no port. */
  readonly port: number;
  /** Whether a consumer may begin with what is sent after its first fetch. */
  readonly isReadBeforeSent?: boolean;
}

/** By kind. */
export const BROKERS: Readonly<Record<BrokerKind, Broker>> = {
  rabbitmq: { publisher: RabbitmqPublisher, taps: () => (sink) => new AmqpTap(sink), port: 5672 },
  nats: { publisher: NatsPublisher, taps: () => (sink) => new NatsTap(sink), port: 4222 },
  bullmq: { publisher: BullmqPublisher, taps: () => (sink) => new BullmqTap(sink), port: 6379 },
  kafka: { publisher: KafkaPublisher, taps: kafkaTaps, port: 9092, isReadBeforeSent: true },
};

function kafkaTaps(): MakeTap {
  const hands = new KafkaHands();
  return (sink) => new KafkaTap(sink, hands);
}
