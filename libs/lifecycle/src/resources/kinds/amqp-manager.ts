import { nextTurn } from '../../deadline/clock.js';
import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { describeUnconfirmed } from './amqp-unconfirmed.js';

/** A connection of amqp-connection-manager 4 and 5. */
interface AmqpManager {
  /** Private; set by `close()`. */
  readonly _closed: boolean;
  isConnected(): boolean;
  close(): Promise<unknown>;
}

export const amqpManager = defineKind<AmqpManager>({
  title: 'AMQP connection manager',
  type: 'client',
  timeoutMs: 3000,
  is: (value): value is AmqpManager =>
    Array.isArray(fieldOf(value, '_channels')) &&
    hasFields(value, { _closed: 'boolean' }) &&
    hasMethods(value, ['close', 'createChannel', 'isConnected']),
  isClosed: (manager) => manager._closed,
  // `close()` refuses messages that it has not sent, and those that RabbitMQ has not confirmed.
  close: async (manager, time) => {
    await waitUntil(() => unsentBy(manager) === 0, time);
    // While RabbitMQ is away, it waits for the connection that it tries to make.
    await (manager.isConnected() ? manager.close() : Promise.race([manager.close(), nextTurn()]));
  },
  unfinished: (manager) => describeUnconfirmed(unsentBy(manager)),
  force: (manager) => manager.close(),
});

function unsentBy(manager: AmqpManager): number {
  const channels = fieldOf(manager, '_channels');
  return (Array.isArray(channels) ? channels : []).reduce((sum: number, each: unknown) => sum + unsentOf(each), 0);
}

/** Messages of a channel wrapper that are not sent, or not confirmed. Private, read in 5.0. */
export function unsentOf(channel: unknown): number {
  if (!isObject(channel)) return 0;
  const queues = [fieldOf(channel, '_messages'), fieldOf(channel, '_unconfirmedMessages')];
  return queues.reduce((sum: number, queue) => sum + (Array.isArray(queue) ? queue.length : 0), 0);
}
