import { type NatsOptions, type RmqOptions, Transport } from '@nestjs/microservices';
import type { Settings } from '../stack/settings.js';

/** How messages travel. `outbox` is the fleet without a broker: the worker reads the table itself. */
export type BrokerKind = 'rabbitmq' | 'nats' | 'outbox';

/** The variables that name servers. What a module imports depends on them, so they are read before there are providers. */
export interface Servers {
  readonly REDIS_URL?: string | undefined;
  readonly RABBITMQ_URL?: string | undefined;
  readonly NATS_URL?: string | undefined;
}

/** Which broker the variables name. */
export function brokerKind({ RABBITMQ_URL: rabbitmq, NATS_URL: nats }: Servers): BrokerKind {
  if (rabbitmq) return 'rabbitmq';
  return nats ? 'nats' : 'outbox';
}

/** For the client that publishes and the server that consumes: they must say the same of their queue. The server acknowledges. */
export function brokerOptions({ variables }: Settings, isServer: boolean): RmqOptions | NatsOptions {
  const { RABBITMQ_URL: rabbitmq, NATS_URL: nats, FLEET_PREFIX: prefix } = variables;
  if (rabbitmq !== undefined) {
    return {
      transport: Transport.RMQ,
      options: {
        urls: [rabbitmq],
        queue: `${prefix}.messages`,
        queueOptions: { durable: true },
        persistent: true,
        ...(isServer && { noAck: false, prefetchCount: 10 }),
      },
    };
  }
  return { transport: Transport.NATS, options: { servers: [nats ?? ''], queue: `${prefix}.worker` } };
}
