import { rmqDelivery } from '../../internals/nest-rmq.js';
import { type BrokerAdvice } from './broker-advice.js';

/** What to type where messages of a queue are lost, or run in more than one instance, when a consumer ends. */
export function adviseOnRmq(server: object): BrokerAdvice[] {
  const delivery = rmqDelivery(server);
  if (delivery === undefined) return [];
  const { queue, isAcknowledging, isUnlimited } = delivery;
  if (!isAcknowledging) return [warning(withoutAcknowledgements(queue))];
  return isUnlimited ? [warning(withoutLimit(queue))] : [];
}

function withoutAcknowledgements(queue: string): string {
  return (
    `RabbitMQ takes messages of the queue '${queue}' for done when they are sent (noAck: true, which is Nest's default): those that ` +
    'are cut when the service ends are lost. Type noAck: false and prefetchCount: 10 in the options of the microservice, and ' +
    'acknowledge each message in its handler: context.getChannelRef().ack(context.getMessage()).'
  );
}

function withoutLimit(queue: string): string {
  return (
    `RabbitMQ sends all messages of the queue '${queue}' at once (no prefetchCount): this instance holds them all, and those that ` +
    'are cut when it ends run again elsewhere. Type prefetchCount: 10 in the options of the microservice.'
  );
}

function warning(text: string): BrokerAdvice {
  return { level: 'warn', text };
}
