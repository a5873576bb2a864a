import { isObject } from '../errors/foreign-value.js';
import { replaceMethod } from '../patching/replace-method.js';

/*
 * What is private in `ServerRMQ` (read in Nest 11.0.0, 11.2.6, 12.0.1 and 12.1.1), in amqp-connection-manager (5.0.0) and in
 * amqplib (0.10.9 and 2.3.1).
 */

/** Whether messages are acknowledged after they have been handled. Where `noAck` does not exist any more, interrupted messages count as lost. */
export function isRmqAcknowledging(server: object): boolean {
  return Reflect.get(server, 'noAck') === false;
}

/** Whether no other instance can consume from the queue: it is exclusive, or the broker has named it for this connection. */
export function hasOwnRmqQueue(server: object): boolean {
  const options: unknown = Reflect.get(server, 'queueOptions');
  const isExclusive = isObject(options) && options['exclusive'] === true;
  return isExclusive || Reflect.get(server, 'queue') === '';
}

/** What decides how many messages are lost or run twice when a consumer ends. Nest's defaults are no acknowledgements and no limit. */
export interface RmqDelivery {
  readonly queue: string;
  readonly isAcknowledging: boolean;
  /** Whether the broker delivers without waiting for acknowledgements. */
  readonly isUnlimited: boolean;
}

/** How the broker delivers to a server; `undefined` where its options do not exist any more. */
export function rmqDelivery(server: object): RmqDelivery | undefined {
  const options: unknown = Reflect.get(server, 'options');
  if (!isObject(options)) return undefined;
  const isUnlimited = (options['prefetchCount'] ?? 0) === 0;
  return { queue: String(Reflect.get(server, 'queue')), isAcknowledging: isRmqAcknowledging(server), isUnlimited };
}

/** A reply that amqp-connection-manager has not sent, or that the broker has not confirmed. */
interface PendingReply {
  reject: (error: unknown) => void;
}

/**
 * The replies that the broker has not confirmed. Where the channel or its messages do not exist any more, there are none and
 * nothing is waited for.
 */
export function unconfirmedReplies(server: object): PendingReply[] {
  const channel = wrapperOf(server);
  if (channel === undefined) return [];
  return ['_messages', '_unconfirmedMessages'].flatMap((name): PendingReply[] => {
    const messages: unknown = Reflect.get(channel, name);
    return Array.isArray(messages) ? messages.filter(isPendingReply) : [];
  });
}

function isPendingReply(value: unknown): value is PendingReply {
  return isObject(value) && typeof value['reject'] === 'function';
}

/** The part of a channel of amqplib that is used here. */
export interface RmqChannel {
  readonly consumers: ReadonlyMap<string, unknown>;
  cancel(tag: string): Promise<unknown>;
}

/** The channel of amqplib below the one that Nest has; `undefined` while there is no connection. */
export function rmqChannelOf(server: object): RmqChannel | undefined {
  const channel = wrapperOf(server);
  const raw: unknown = channel === undefined ? undefined : Reflect.get(channel, '_channel');
  return isRmqChannel(raw) ? raw : undefined;
}

/** A consumer that a server is about to begin. */
export interface RmqConsume {
  readonly channel: RmqChannel;
  /** Begins it, and returns what amqplib returns. */
  readonly begin: () => unknown;
}

/**
 * Calls `consume` in place of each consumer that Nest begins: for the first connection, and again after a lost one. Consumers
 * that the application begins on the same channel are not among them.
 *
 * @returns whether Nest's consumers can be followed like that
 */
export function onRmqConsume(server: object, consume: (consume: RmqConsume) => unknown): boolean {
  if (typeof Reflect.get(server, 'setupChannel') !== 'function') return false;
  replaceMethod(
    server,
    'setupChannel',
    (setUp) =>
      async function setupChannel(this: unknown, ...args: unknown[]): Promise<unknown> {
        const undo = interceptConsume(args[0], consume);
        try {
          return await Reflect.apply(setUp, this, args);
        } finally {
          undo();
        }
      },
  );
  return true;
}

function interceptConsume(channel: unknown, consume: (consume: RmqConsume) => unknown): () => void {
  if (!isRmqChannel(channel)) return () => undefined;
  return replaceMethod(
    channel,
    'consume',
    (begin) =>
      (...options: unknown[]) =>
        consume({ channel, begin: () => Reflect.apply(begin, channel, options) }),
  );
}

function isRmqChannel(value: unknown): value is RmqChannel {
  // A channel is an emitter with private fields, not a record.
  return (
    typeof value === 'object' &&
    value !== null &&
    Reflect.get(value, 'consumers') instanceof Map &&
    typeof Reflect.get(value, 'cancel') === 'function'
  );
}

/** The channel of amqp-connection-manager that Nest has. */
function wrapperOf(server: object): object | undefined {
  const channel: unknown = Reflect.get(server, 'channel');
  return isObject(channel) ? channel : undefined;
}
