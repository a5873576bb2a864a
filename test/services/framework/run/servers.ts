import { connect } from 'node:net';

/** A server that an application needs, and where it is. */
export interface Server {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

function server(name: string, variable: string, fallback: string): Server {
  const { hostname, port } = new URL(process.env[variable] ?? fallback);
  return { name, host: hostname, port: Number(port) };
}

/** The brokers and stores, where their usual variables say, else on this machine. */
export const SERVERS = {
  redis: server('Redis', 'REDIS_URL', 'redis://127.0.0.1:6379'),
  rabbitmq: server('RabbitMQ', 'RABBITMQ_URL', 'amqp://127.0.0.1:5672'),
  nats: server('NATS', 'NATS_URL', 'nats://127.0.0.1:4222'),
  mqtt: server('an MQTT broker', 'MQTT_URL', 'mqtt://127.0.0.1:1883'),
  postgres: server('PostgreSQL', 'DATABASE_URL', 'postgres://127.0.0.1:5432/test'),
} as const;

/** Whether something listens there. */
export function isReachable({ host, port }: Server): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const answer = (isThere: boolean) => (): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false));
  });
}
