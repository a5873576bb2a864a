import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasMethods, isObject } from '../shape.js';

/** A queue, the events of a queue, a worker or a flow producer of BullMQ 4 to 6. */
interface BullMq {
  /** The promise of `close()`, once it was called. */
  readonly closing?: unknown;
  close(): Promise<void>;
  disconnect?(): unknown;
}

/** Codes of Node for a server that cannot be reached. */
const UNREACHABLE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

export const bullMq = defineKind<BullMq>({
  title: 'BullMQ',
  type: 'producer',
  timeoutMs: 5000,
  is: (value): value is BullMq =>
    hasFields(value, { opts: 'object' }) &&
    (hasFields(value, { keys: 'object', toKey: 'function', name: 'string', closed: 'boolean' }) ||
      hasMethods(value, ['add', 'addBulk', 'getFlow'])) &&
    hasMethods(value, ['close', 'disconnect', 'emit']),
  isClosed: ({ closing }) => closing !== undefined,
  close: async (queue) => {
    try {
      await queue.close();
    } catch (error) {
      // Redis is away, so that there is nothing left to close.
      if (!isConnectionError(error)) throw error;
    }
  },
  force: (queue) => queue.disconnect?.(),
});

/** What ioredis 5 says of a connection that has ended, and Node of one that cannot be made. */
function isConnectionError(error: unknown): boolean {
  if (!isObject(error)) return false;
  return fieldOf(error, 'message') === 'Connection is closed.' || UNREACHABLE.has(fieldOf(error, 'code'));
}
