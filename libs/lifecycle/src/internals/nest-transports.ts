/** `Transport` in @nestjs/microservices 11 and 12. */
const KINDS: ReadonlyMap<unknown, TransportKind> = new Map([
  [0, 'tcp'],
  [1, 'redis'],
  [2, 'nats'],
  [3, 'mqtt'],
  [4, 'grpc'],
  [5, 'rmq'],
  [6, 'kafka'],
]);

/** The transports of Nest that are handled in different ways. */
export type TransportKind = 'tcp' | 'redis' | 'nats' | 'mqtt' | 'grpc' | 'rmq' | 'kafka';

/** The kind of a transport, by the `transportId` of its server; `undefined` for any other transport. */
export function transportKind(transportId: unknown): TransportKind | undefined {
  return KINDS.get(transportId);
}

/**
 * Whether RabbitMQ's messages are acknowledged after they have been handled. `noAck` is private in `ServerRMQ` (read in
 * Nest 11.2.6 and 12.1.1). Where it does not exist any more, interrupted messages count as lost.
 */
export function isRmqAcknowledging(server: object): boolean {
  return Reflect.get(server, 'noAck') === false;
}

/**
 * How many replies the broker has not confirmed. The channel is private in Nest (read in 11.2.6 and 12.1.1), its
 * messages are private in amqp-connection-manager (read in 5.0.0). Where they do not exist any more, the count is 0 and
 * nothing is waited for.
 */
export function unconfirmedReplies(server: object): number {
  const channel = channelOf(server);
  if (channel === undefined) return 0;
  return ['_messages', '_unconfirmedMessages'].reduce((sum, name) => {
    const messages: unknown = Reflect.get(channel, name);
    return sum + (Array.isArray(messages) ? messages.length : 0);
  }, 0);
}

/** The part of a channel of amqplib that is used here. */
export interface RmqChannel {
  readonly consumers: ReadonlyMap<string, unknown>;
  cancel(tag: string): Promise<unknown>;
}

/**
 * The channel of amqplib below the one that Nest has (private in amqp-connection-manager, read in 5.0.0; amqplib
 * 2.3.1).
 */
export function rmqChannelOf(server: object): RmqChannel | undefined {
  const channel = channelOf(server);
  const raw: unknown = channel === undefined ? undefined : Reflect.get(channel, '_channel');
  return isRmqChannel(raw) ? raw : undefined;
}

function isRmqChannel(value: unknown): value is RmqChannel {
  return (
    typeof value === 'object' &&
    value !== null &&
    Reflect.get(value, 'consumers') instanceof Map &&
    typeof Reflect.get(value, 'cancel') === 'function'
  );
}

function channelOf(server: object): object | undefined {
  const channel: unknown = Reflect.get(server, 'channel');
  return typeof channel === 'object' && channel !== null ? channel : undefined;
}

/**
 * Keeps a TCP server with `retryAttempts` from listening again after its listener was closed here. The field is private
 * (read in Nest 11.2.6 and 12.1.1). Where it does not exist any more, that option may open the listener again.
 */
export function keepFromListeningAgain(server: object): void {
  if (typeof Reflect.get(server, 'isManuallyTerminated') === 'boolean') {
    Reflect.set(server, 'isManuallyTerminated', true);
  }
}

/** The server of Nest's gRPC transport. The field is private; read in Nest 11.2.6 and 12.1.1. */
export function grpcServerOf(server: object): unknown {
  return Reflect.get(server, 'grpcClient');
}
