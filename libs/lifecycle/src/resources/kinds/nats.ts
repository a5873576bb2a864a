import { defineKind } from '../define-kind.js';
import { hasFields, hasMethods } from '../shape.js';

/** A connection of nats 2, and of @nats-io/transport-node 3. */
interface Nats {
  isClosed(): boolean;
  isDraining(): boolean;
  /** Ends its subscriptions, sends what is there, and closes. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export const nats = defineKind<Nats>({
  title: 'NATS connection',
  type: 'client',
  timeoutMs: 3000,
  is: (value): value is Nats =>
    hasFields(value, { protocol: 'object', options: 'object', draining: 'boolean' }) &&
    hasMethods(value, ['drain', 'close', 'isClosed', 'isDraining', 'publish', 'subscribe']),
  isClosed: (connection) => connection.isClosed() || connection.isDraining(),
  close: (connection) => connection.drain(),
  force: (connection) => connection.close(),
});
