import { type EventEmitter, once } from 'node:events';
import { defineKind } from '../define-kind.js';
import { hasFields, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { describeUnconfirmed, unconfirmedOf } from './amqp-unconfirmed.js';

/** A channel of amqplib, of its promises or of its callbacks, with confirms or without; read in 2.3. */
interface AmqpChannel extends EventEmitter {
  close(): unknown;
}

export const amqpChannel = defineKind<AmqpChannel>({
  title: 'amqplib channel',
  type: 'producer',
  timeoutMs: 3000,
  is: (value): value is AmqpChannel =>
    hasFields(value, { connection: 'object', consumers: 'object', ch: 'number' }) &&
    hasMethods(value, ['close', 'publish', 'assertQueue', 'sendToQueue', 'once']),
  failsTwice: ['close'],
  // One that is closed, or about to be, has methods of its own that throw.
  isClosed: (channel) => Object.hasOwn(channel, 'sendMessage'),
  close: async (channel, time) => {
    await waitUntil(() => unconfirmedOf(channel) === 0, time);
    await Promise.all([once(channel, 'close'), channel.close()]);
  },
  unfinished: (channel) => describeUnconfirmed(unconfirmedOf(channel)),
});
