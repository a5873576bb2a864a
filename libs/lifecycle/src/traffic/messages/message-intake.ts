import { type Guard } from '../../errors/foreign-call.js';
import { hasOwnRmqQueue } from '../../internals/nest-rmq.js';
import { transportKind, type TransportKind } from '../../internals/nest-transports.js';
import { type Intake } from '../../in-flight/work-source.js';
import { type MessageServer } from './followed-server.js';

/** When a message server takes no more in. */
export type MessageIntake = Extract<Intake, 'lame-duck' | 'drain' | 'drain-begin'>;

/** Those that pull from a broker: what they do not take, other instances take. */
const PULLING: ReadonlySet<TransportKind | undefined> = new Set(['redis', 'nats', 'mqtt', 'rmq', 'kafka']);

/**
 * When a server stops its intake by default: at the signal where it pulls from a broker, when the drain begins where clients
 * connect to it, which have to look elsewhere first, and in the drain, where no other instance can consume from its queue. A strategy of the application is treated like the latter.
 */
export function messageIntake(server: MessageServer, guard: Guard): MessageIntake {
  const kind = transportKind(guard('transportId of a microservice server', undefined, () => server.transportId));
  if (kind === 'rmq' && guard('the queue of a RabbitMQ server', false, () => hasOwnRmqQueue(server))) return 'drain';
  return PULLING.has(kind) ? 'lame-duck' : 'drain-begin';
}
