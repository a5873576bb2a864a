import { defineKind } from '../define-kind.js';
import { fieldAt, fieldOf, hasFields, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { describeCommands, unansweredBy } from './redis-commands.js';

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
  // Redis may come back for what was to be sent.
  close: async (queue, time) => {
    await waitUntil(() => isReady(clientOf(queue)) || unansweredBy(clientOf(queue)) === 0, time);
    try {
      await queue.close();
    } catch (error) {
      // Redis is away, so that there is nothing left to close.
      if (!isConnectionError(error)) throw error;
    }
  },
  unfinished: (queue) => describeCommands(unansweredBy(clientOf(queue))),
  force: (queue) => queue.disconnect?.(),
});

/** Its client of ioredis, which may be that of others too; private, read in 4 to 6. */
function clientOf(queue: BullMq): unknown {
  return fieldAt(queue, 'connection', '_client');
}

function isReady(client: unknown): boolean {
  return isObject(client) && fieldOf(client, 'status') === 'ready';
}

/** What ioredis 5 says of a connection that has ended, and Node of one that cannot be made. */
function isConnectionError(error: unknown): boolean {
  if (!isObject(error)) return false;
  return fieldOf(error, 'message') === 'Connection is closed.' || UNREACHABLE.has(fieldOf(error, 'code'));
}
