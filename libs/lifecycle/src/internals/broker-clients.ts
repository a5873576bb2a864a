import { isObject } from '../errors/foreign-value.js';

/** What a microservice server works with, and gives out with `unwrap()`. */
interface Unwrapped {
  unwrap?(): unknown;
}

/** The client that Nest's Redis transport subscribes with: the second of those it gives out (read in Nest 11.2.6 and 12.1.1). */
export interface RedisSubscriber {
  unsubscribe(...channels: string[]): Promise<unknown>;
  punsubscribe(...patterns: string[]): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
}

export function redisSubscriberOf(server: Unwrapped): RedisSubscriber | undefined {
  const clients = server.unwrap?.();
  const client: unknown = Array.isArray(clients) ? clients[1] : undefined;
  return has<RedisSubscriber>(client, ['unsubscribe', 'punsubscribe', 'on']) ? client : undefined;
}

/** A subscription of nats 2.29 and of @nats-io/nats-core 3.4. */
export interface NatsSubscription {
  /** Takes no more, and resolves when what the server had sent by then has been handed over. */
  drain(): Promise<unknown>;
  isClosed(): boolean;
}

/** What Nest has subscribed to. The field is private in `ServerNats` (read in Nest 11.0.0, 11.2.6, 12.0.1 and 12.1.1). */
export function natsSubscriptionsOf(server: object): NatsSubscription[] | undefined {
  const subscriptions: unknown = Reflect.get(server, 'subscriptions');
  if (!Array.isArray(subscriptions)) return undefined;
  const known = subscriptions.filter((each) => has<NatsSubscription>(each, ['drain', 'isClosed']));
  return known.length === subscriptions.length ? known : undefined;
}

/** A connection of nats 2.29 and of @nats-io/nats-core 3.4. */
export interface NatsConnection {
  /** Resolves when the server has got everything that was sent. */
  flush(): Promise<unknown>;
  isClosed(): boolean;
  /** What becomes of the connection; that it is lost, among other things. */
  status?(): AsyncIterable<unknown>;
}

export function natsConnectionOf(server: Unwrapped): NatsConnection | undefined {
  const client = server.unwrap?.();
  return has<NatsConnection>(client, ['flush', 'isClosed']) ? client : undefined;
}

/** A client of mqtt 5. What is not a method is what it keeps for itself (read in mqtt 5.16.0). */
export interface MqttClient {
  readonly options: Readonly<Record<string, unknown>>;
  /** What the broker has not acknowledged, by the number of the packet. */
  readonly outgoing?: unknown;
  /** What waits for a connection. */
  readonly queue?: unknown;
  readonly stream?: unknown;
  readonly connected?: unknown;
  /** Whether it has come to its end. */
  readonly disconnected?: unknown;
  sendPing?(): void;
  handleMessage(packet: unknown, callback: (error?: Error) => void): void;
  unsubscribe(topics: string[], callback: (error?: unknown) => void): unknown;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  once(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

export function mqttClientOf(server: Unwrapped): MqttClient | undefined {
  const client = server.unwrap?.();
  if (!has<MqttClient>(client, ['handleMessage', 'unsubscribe', 'on', 'once', 'off'])) return undefined;
  return isObject(client.options) ? client : undefined;
}

/** A consumer of kafkajs 2, and of what is made like it. */
export interface KafkaConsumer {
  /** Resolves when what runs has ended and is committed, and the consumer has left its group. */
  stop(): Promise<unknown>;
  pause(topics: { topic: string }[]): void;
}

/** The consumer that Nest's Kafka transport runs: the second of what it gives out (read in Nest 11.2.6 and 12.1.1). */
export function kafkaConsumerOf(server: Unwrapped): KafkaConsumer | undefined {
  const parts = server.unwrap?.();
  const consumer: unknown = Array.isArray(parts) ? parts[1] : undefined;
  return has<KafkaConsumer>(consumer, ['stop', 'pause']) ? consumer : undefined;
}

/** The options that a server was made with. The field is protected in all of Nest's (read in Nest 11.2.6 and 12.1.1). */
export function serverOptionsOf(server: object): Readonly<Record<string, unknown>> {
  const options: unknown = Reflect.get(server, 'options');
  return isObject(options) ? options : {};
}

function has<T extends object>(value: unknown, methods: readonly (keyof T & string)[]): value is T {
  return isObject(value) && methods.every((name) => typeof value[name] === 'function');
}
