import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasMethods } from '../shape.js';

/** A queue of Bull 4. */
interface Bull {
  /** The promise of `close()`, once it was called. */
  readonly closing?: unknown;
  /** Waits for the jobs that it runs. */
  close(): Promise<void>;
  readonly clients: readonly { disconnect(): void }[];
}

export const bull = defineKind<Bull>({
  title: 'Bull queue',
  type: 'producer',
  timeoutMs: 5000,
  is: (value): value is Bull =>
    hasFields(value, { keys: 'object', token: 'string', keyPrefix: 'string', settings: 'object' }) &&
    Array.isArray(fieldOf(value, 'clients')) &&
    hasMethods(value, ['add', 'close', 'disconnect', 'isReady', 'toKey']),
  isClosed: ({ closing }) => closing !== undefined,
  close: (queue) => queue.close(),
  // `disconnect()` waits for a Redis that is away.
  force: (queue) => {
    for (const client of queue.clients) client.disconnect();
  },
});
