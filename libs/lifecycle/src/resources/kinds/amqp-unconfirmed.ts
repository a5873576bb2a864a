import { fieldOf, hasMethods, isObject } from '../shape.js';

/** How many messages of a channel of amqplib RabbitMQ has not confirmed yet; of a channel without confirms, none. */
export function unconfirmedOf(channel: unknown): number {
  if (!isObject(channel) || !hasMethods(channel, ['waitForConfirms'])) return 0;
  const callbacks = fieldOf(channel, 'unconfirmed');
  return Array.isArray(callbacks) ? callbacks.filter((callback) => callback !== null).length : 0;
}

/** What the report says of them. */
export function describeUnconfirmed(count: number): string | undefined {
  return count > 0 ? `${count} messages that RabbitMQ has not confirmed` : undefined;
}
