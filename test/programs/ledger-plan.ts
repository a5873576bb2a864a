import {
  type ClientOptions,
  type GrpcOptions,
  type KafkaOptions,
  type MqttOptions,
  type NatsOptions,
  type RedisOptions,
  type RmqOptions,
  type TcpOptions,
  Transport,
} from '@nestjs/microservices';
import { type PartitionAssigner, PartitionAssigners } from 'kafkajs';
import type { GracefulShutdownOptions } from 'nestjs-lifecycle';

export type LedgerTransport = 'rabbitmq' | 'tcp' | 'grpc' | 'redis' | 'nats' | 'mqtt' | 'kafka' | 'golevelup';

/** What a consumer and a publisher of a ledger are told, as JSON in `LEDGER`. */
export interface LedgerPlan {
  readonly transport: LedgerTransport;
  /** Names of queues, subjects and topics begin with it. */
  readonly prefix: string;
  /** Without the module the consumer is plain Nest, with `enableShutdownHooks()`. */
  readonly withModule: boolean;
  /** An application with HTTP too. */
  readonly isHybrid: boolean;
  readonly inheritsAppConfig: boolean;
  readonly options: GracefulShutdownOptions;
  /** How long a handler takes, at least and at most. */
  readonly handlerMs: readonly [least: number, most: number];
  /** What else the transport is told: `prefetchCount`, `gracefulShutdown`. Added to the options of the server. */
  readonly server: Readonly<Record<string, unknown>>;
  /** Between two messages. */
  readonly paceMs: number;
  /** Messages that wait before the first consumer is there. */
  readonly backlog: number;
  /** Of three messages, how many are requests; the others are events. */
  readonly requestsOfThree: number;
  /** How long a request waits for its answer. */
  readonly answerMs: number;
  /** Where the broker is, when that is not the usual place. */
  readonly url?: string;
  /** Of @golevelup/nestjs-rabbitmq: how its handlers get messages. Events only. Default: `@RabbitRPC()`. */
  readonly handler?: 'subscribe' | 'batch';
}

// What the harness passes.
export const plan = JSON.parse(process.env['LEDGER'] ?? '{}') as LedgerPlan;

export const EVENT = `${plan.prefix}.happened`;
export const REQUEST = `${plan.prefix}.work`;
/** What consumers of MQTT share, so that each message goes to one of them. */
const shared = plan.transport === 'mqtt' ? `$share/${plan.prefix}/` : '';
export const SUBSCRIBED = { event: `${shared}${EVENT}`, request: `${shared}${REQUEST}` };
/** The gRPC service, of `test/support/prices.proto`. */
export const PROTO = { package: 'shop', service: 'Prices', method: 'Find', protoPath: process.env['PROTO'] ?? '' };

type Options = RmqOptions | TcpOptions | GrpcOptions | RedisOptions | NatsOptions | MqttOptions | KafkaOptions;

type KafkaAssigners = NonNullable<NonNullable<NonNullable<KafkaOptions['options']>['consumer']>['partitionAssigners']>;

const LOCAL = '127.0.0.1';

/**
 * The leader of a group says who gets what after the others have asked for it: the mock cluster of librdkafka refuses those
 * that ask later, which a real broker does not.
 */
const assignLate: PartitionAssigner = (config) => {
  const assigner = PartitionAssigners.roundRobin(config);
  return {
    ...assigner,
    assign: async (group) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return assigner.assign(group);
    },
  };
};

/** How a consumer serves, and how the publisher reaches it; `port` is that of a consumer that listens. */
const ways: Readonly<Record<LedgerTransport, (isServer: boolean, port: number) => Options>> = {
  rabbitmq: (isServer) => ({
    transport: Transport.RMQ,
    options: {
      urls: [plan.url ?? `amqp://${LOCAL}:5672`],
      queue: plan.prefix,
      // It is gone some time after the test.
      queueOptions: { durable: false, expires: 60_000 },
      // A client's consumer is that of its replies, which cannot be acknowledged.
      ...(isServer ? { noAck: false, prefetchCount: 5, ...plan.server } : {}),
    },
  }),
  tcp: (_isServer, port) => ({ transport: Transport.TCP, options: { host: LOCAL, port } }),
  grpc: (isServer, port) => ({
    transport: Transport.GRPC,
    options: {
      package: PROTO.package,
      protoPath: PROTO.protoPath,
      url: `${LOCAL}:${port}`,
      ...(isServer ? plan.server : {}),
    },
  }),
  redis: () => {
    const { hostname, port } = new URL(plan.url ?? `redis://${LOCAL}:6379`);
    return { transport: Transport.REDIS, options: { host: hostname, port: Number(port), ...plan.server } };
  },
  nats: (isServer) => ({
    transport: Transport.NATS,
    options: { servers: [plan.url ?? `nats://${LOCAL}:4222`], ...(isServer ? plan.server : {}) },
  }),
  mqtt: (isServer) => ({
    transport: Transport.MQTT,
    options: { url: plan.url ?? `mqtt://${LOCAL}:1883`, ...(isServer ? plan.server : {}) },
  }),
  kafka: (isServer) => ({
    transport: Transport.KAFKA,
    options: {
      client: { clientId: plan.prefix, brokers: [plan.url ?? `${LOCAL}:9092`] },
      consumer: {
        groupId: plan.prefix,
        allowAutoTopicCreation: true,
        // The mock cluster of librdkafka takes this long, less a second, for each change of a group.
        sessionTimeout: 3000,
        heartbeatInterval: 300,
        maxWaitTimeInMs: 300,
        // Nest has types of its own for what is kafkajs's.
        partitionAssigners: [assignLate] as unknown as KafkaAssigners,
      },
      // What was published before the group was there is read too.
      ...(isServer ? { subscribe: { fromBeginning: true }, ...plan.server } : {}),
    },
  }),
  golevelup: (isServer) => ways.rabbitmq(isServer, 0),
};

export function serverOptions(port = 0): Options {
  return ways[plan.transport](true, port);
}

export function clientOptions(port = 0): ClientOptions {
  // Nest has another type for the same options of a client.
  return ways[plan.transport](false, port) as ClientOptions;
}

/** Whether consumers listen, so that the publisher has to know where. */
export const isListening = plan.transport === 'tcp' || plan.transport === 'grpc';
