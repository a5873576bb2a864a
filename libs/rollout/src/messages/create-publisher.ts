import { type BrokerKind } from '../load/messages/message-plan.js';
import { type MakeTap } from '../network/broker/broker-tap.js';
import { AmqpTap } from '../network/broker/amqp/amqp-tap.js';
import { NatsTap } from '../network/broker/nats/nats-tap.js';
import { BullmqTap } from '../network/broker/redis/bullmq-tap.js';
import { BullmqPublisher } from './bullmq-publisher.js';
import { NatsPublisher } from './nats-publisher.js';
import { type Publisher, type PublisherWorld } from './publisher.js';
import { RabbitmqPublisher } from './rabbitmq-publisher.js';

/** How a broker is spoken to, and how what it says to pods is read. */
interface Broker {
  readonly publisher: new (world: PublisherWorld) => Publisher;
  readonly tap: MakeTap;
  /** Where its address says no port. */
  readonly port: number;
}

/** By kind. */
export const BROKERS: Readonly<Record<BrokerKind, Broker>> = {
  rabbitmq: { publisher: RabbitmqPublisher, tap: (sink) => new AmqpTap(sink), port: 5672 },
  nats: { publisher: NatsPublisher, tap: (sink) => new NatsTap(sink), port: 4222 },
  bullmq: { publisher: BullmqPublisher, tap: (sink) => new BullmqTap(sink), port: 6379 },
};
