import { type TransportKind } from '../../internals/nest-transports.js';
import { type SubscribingServer } from './broker-patterns.js';
import { grpcCalls } from './grpc-calls.js';
import { KafkaConsumerIntake } from './kafka-consumer.js';
import { MqttSubscriptions } from './mqtt-subscriptions.js';
import { NatsSubscriptions } from './nats-subscriptions.js';
import { RedisSubscriptions } from './redis-subscriptions.js';
import { tcpConnections } from './tcp-connections.js';
import { type Connections, type ConnectionsParts } from './transport-server.js';

type Create = (server: SubscribingServer, parts: ConnectionsParts) => Connections | undefined;

const WAYS: Readonly<Record<Exclude<TransportKind, 'rmq'>, Create>> = {
  tcp: tcpConnections,
  grpc: grpcCalls,
  redis: (server, parts) => new RedisSubscriptions(server, parts),
  nats: (server, parts) => new NatsSubscriptions(server, parts),
  mqtt: (server, parts) => new MqttSubscriptions(server, parts),
  kafka: (server, parts) => new KafkaConsumerIntake(server, parts),
};

/** The connections of a server that listens; `undefined` where they cannot be seen. Those of RabbitMQ are known before that. */
export function connectionsOf(
  kind: Exclude<TransportKind, 'rmq'> | undefined,
  server: SubscribingServer,
  parts: ConnectionsParts,
): Connections | undefined {
  return kind === undefined ? undefined : WAYS[kind](server, parts);
}
