import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { unsentOf } from './amqp-manager.js';
import { describeUnconfirmed } from './amqp-unconfirmed.js';

/** A channel of amqp-connection-manager 4 and 5. */
interface AmqpWrapper {
  close(): Promise<void>;
}

export const amqpWrapper = defineKind<AmqpWrapper>({
  title: 'AMQP channel wrapper',
  type: 'producer',
  timeoutMs: 3000,
  is: (value): value is AmqpWrapper =>
    Array.isArray(fieldOf(value, '_messages')) &&
    Array.isArray(fieldOf(value, '_unconfirmedMessages')) &&
    hasFields(value, { _connectionManager: 'object' }) &&
    hasMethods(value, ['close', 'queueLength', 'waitForConnect']),
  closers: ['close'],
  // `close()` refuses messages that it has not sent, and those that RabbitMQ has not confirmed.
  close: async (channel, time) => {
    await waitUntil(() => unsentOf(channel) === 0, time);
    await channel.close();
  },
  unfinished: (channel) => describeUnconfirmed(unsentOf(channel)),
  force: (channel) => channel.close(),
});
