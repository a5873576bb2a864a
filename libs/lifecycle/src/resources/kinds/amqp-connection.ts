import { type EventEmitter, once } from 'node:events';
import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { describeUnconfirmed, unconfirmedOf } from './amqp-unconfirmed.js';

/** A connection of amqplib, of its promises or of its callbacks; read in 2.3. */
interface AmqpConnection extends EventEmitter {
  readonly connection: object;
  close(): unknown;
}

export const amqpConnection = defineKind<AmqpConnection>({
  title: 'amqplib connection',
  type: 'client',
  timeoutMs: 3000,
  is: (value): value is AmqpConnection =>
    Array.isArray(fieldAt(value, 'connection', 'channels')) &&
    hasFields(value, { connection: 'object' }) &&
    hasMethods(value, ['close', 'createChannel', 'createConfirmChannel', 'once']),
  failsTwice: ['close'],
  // One that is closed, or about to be, has methods of its own that throw.
  isClosed: ({ connection }) => Object.hasOwn(connection, 'sendMethod'),
  // Its channels are closed with it, whether RabbitMQ has confirmed their messages or not.
  close: async (client, time) => {
    await waitUntil(() => unconfirmedBy(client) === 0, time);
    await Promise.all([once(client, 'close'), client.close()]);
  },
  unfinished: (client) => describeUnconfirmed(unconfirmedBy(client)),
  force: ({ connection }) => {
    const stream = fieldAt(connection, 'stream');
    if (!isObject(stream) || !hasMethods(stream, ['destroy'])) return;
    Reflect.apply(Reflect.get(stream, 'destroy') as () => void, stream, []);
  },
});

function unconfirmedBy(client: AmqpConnection): number {
  const channels = fieldAt(client, 'connection', 'channels');
  if (!Array.isArray(channels)) return 0;
  return channels.reduce((sum: number, entry: unknown) => sum + unconfirmedOf(channelOf(entry)), 0);
}

function channelOf(entry: unknown): unknown {
  return isObject(entry) ? fieldAt(entry, 'channel') : undefined;
}
