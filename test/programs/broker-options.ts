import {
  type MqttOptions,
  type NatsOptions,
  type RedisOptions,
  type RmqOptions,
  Transport,
} from '@nestjs/microservices';

const { env } = process;

type BrokerOptions = RedisOptions | NatsOptions | MqttOptions | RmqOptions;

interface Way {
  readonly prefix: string;
  readonly noAck: boolean;
  /** What a test adds. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const options: Readonly<Record<string, (way: Way) => BrokerOptions>> = {
  redis: ({ more }) => {
    const { hostname, port } = new URL(env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
    return { transport: Transport.REDIS, options: { host: hostname, port: Number(port), ...more } };
  },
  nats: ({ more }) => ({
    transport: Transport.NATS,
    options: { servers: [env['NATS_URL'] ?? 'nats://127.0.0.1:4222'], ...more },
  }),
  mqtt: ({ more }) => ({
    transport: Transport.MQTT,
    options: { url: env['MQTT_URL'] ?? 'mqtt://127.0.0.1:1883', ...more },
  }),
  rabbitmq: ({ prefix, noAck }) => ({
    transport: Transport.RMQ,
    options: {
      urls: [env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672'],
      queue: prefix,
      // It is gone some time after the test.
      queueOptions: { durable: false, expires: 60_000 },
      noAck,
    },
  }),
};

/** How a service and its client reach the broker of `BROKER`; what they send is told apart by `prefix`. */
export function brokerOptions(way: Way): BrokerOptions {
  const name = env['BROKER'] ?? '';
  const optionsOf = options[name];
  if (optionsOf === undefined) throw new Error(`unknown broker ${name}`);
  return optionsOf(way);
}
