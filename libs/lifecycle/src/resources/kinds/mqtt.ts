import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** A client of mqtt 5. */
interface Mqtt {
  readonly disconnecting: boolean;
  readonly disconnected?: boolean;
  /** Messages that the broker has not confirmed. */
  readonly outgoing: object;
  readonly stream?: { destroy?(): unknown };
  endAsync(force?: boolean): Promise<void>;
}

export const mqtt = defineKind<Mqtt>({
  title: 'MQTT client',
  type: 'client',
  timeoutMs: 3000,
  is: (value): value is Mqtt =>
    hasFields(value, { connected: 'boolean', disconnecting: 'boolean', outgoing: 'object', options: 'object' }) &&
    hasMethods(value, ['endAsync', 'publish', 'subscribe', 'reconnect']),
  // One that is to be connected by hand, and was not, has no stream.
  isClosed: (client) => client.disconnecting || client.disconnected === true || client.stream === undefined,
  // `end()` lets a client connect no more, so that what waits for its broker would wait for ever.
  close: async (client, time) => {
    await waitUntil(() => unconfirmedBy(client) === 0, time);
    await client.endAsync();
  },
  unfinished: (client) => {
    const count = unconfirmedBy(client);
    return count > 0 ? `${count} messages that the MQTT broker has not confirmed` : undefined;
  },
  force: (client) => (client.disconnecting ? client.stream?.destroy?.() : client.endAsync(true)),
});

/** Those that were sent, and those that wait for a connection. */
function unconfirmedBy(client: Mqtt): number {
  const queue = fieldOf(client, 'queue');
  return Object.keys(client.outgoing).length + (isObject(queue) && Array.isArray(queue) ? queue.length : 0);
}
