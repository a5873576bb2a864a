import { type CustomTransportStrategy, ServerKafka } from '@nestjs/microservices';
import { type FrameworkApplication } from '../run/application.js';
import { exchange } from '../run/exchanges.js';
import { KafkaInMemory } from '../run/kafka-in-memory.js';
import { messageController } from '../run/message-controller.js';

let kafka: KafkaInMemory;

/** Nest's own server, over a client of Kafka that is no network: a broker is more than most machines have. */
class ServerOverMemory extends ServerKafka implements CustomTransportStrategy {
  /** Nest lets the caller say what this is. */
  override createClient(): never {
    return kafka as never;
  }
}

export const application: FrameworkApplication = {
  shows: 'a microservice over Kafka: events, and messages that are answered on a topic',
  kinds: ['microservice'],
  module: ({ journal }) => ({ controllers: [messageController('shop', journal)] }),
  microservice: () => {
    kafka = new KafkaInMemory();
    return { strategy: new ServerOverMemory({ client: { brokers: ['nowhere:9092'] } }) };
  },
  exchanges: [
    exchange('an event', async ({ journal }) => {
      await kafka.deliver('shop.happened', { value: Buffer.from('something'), headers: {} });
      await journal.until('happened: something');
    }),
    exchange('a message and its answer', async () => {
      const headers = { kafka_correlationId: Buffer.from('7'), kafka_replyTopic: Buffer.from('answers') };
      await kafka.deliver('shop.sum', { value: Buffer.from('[1,2,3]'), headers });
      return kafka.sentTo('answers');
    }),
  ],
};
