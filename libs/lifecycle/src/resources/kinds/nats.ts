import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** A connection of nats 2, and of @nats-io/transport-node 3. */
interface Nats {
  isClosed(): boolean;
  isDraining(): boolean;
  /** Ends its subscriptions, sends what is there, and closes. */
  drain(): Promise<void>;
  close(): Promise<void>;
  stats(): { readonly outMsgs: number };
}

export const nats = defineKind<Nats>({
  title: 'NATS connection',
  type: 'client',
  timeoutMs: 3000,
  is: (value): value is Nats =>
    hasFields(value, { protocol: 'object', options: 'object', draining: 'boolean' }) &&
    hasMethods(value, ['drain', 'close', 'isClosed', 'isDraining', 'publish', 'stats', 'subscribe']),
  failsTwice: ['drain'],
  isClosed: (connection) => connection.isClosed() || connection.isDraining(),
  // What is published while the server is away is dropped without a word, and `drain()` ends at once.
  close: async (connection, time) => {
    await waitUntil(() => isConnected(connection) || connection.stats().outMsgs === 0, time);
    await connection.drain();
  },
  // NATS confirms nothing but the end of a drain.
  unfinished: (connection) =>
    connection.stats().outMsgs > 0 ? 'messages that the NATS server has not confirmed' : undefined,
  force: (connection) => connection.close(),
});

/** Private, read in nats 2.29 and nats-core 3. */
function isConnected(connection: Nats): boolean {
  return fieldAt(connection, 'protocol', 'connected') === true;
}
