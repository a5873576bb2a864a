import { defineKind } from '../define-kind.js';
import { fieldAt, hasFields, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { describeCommands, unansweredBy } from './redis-commands.js';

/** A client of ioredis 5 and 6, single or cluster. */
interface Ioredis {
  readonly status: string;
  /** `quit()` was called, and its answer has not come yet. */
  readonly manuallyClosing?: boolean;
  /** Waits for the replies of what was sent. */
  quit(): Promise<unknown>;
  disconnect(): void;
}

/** What `status` says of a client that has ended, or is about to. */
const ENDED: ReadonlySet<string> = new Set(['end', 'close', 'disconnecting']);

export const ioredis = defineKind<Ioredis>({
  title: 'ioredis client',
  type: 'cache',
  timeoutMs: 2000,
  is: (value): value is Ioredis =>
    hasFields(value, { status: 'string', options: 'object', isCluster: 'boolean' }) &&
    hasMethods(value, ['quit', 'disconnect', 'duplicate', 'sendCommand']),
  failsTwice: ['quit'],
  isClosed: ({ status, manuallyClosing }) => ENDED.has(status) || manuallyClosing === true,
  // `quit()` of a client that is not connected waits for a connection that may never come. What was to be sent waits for it too.
  close: async (client, time) => {
    if (client.status !== 'ready') await waitUntil(() => client.status === 'ready' || unansweredBy(client) === 0, time);
    if (client.status === 'ready') await client.quit();
    else client.disconnect();
  },
  unfinished: (client) => describeCommands(unansweredBy(client)),
  force: (client) => client.disconnect(),
  // The nodes of a cluster are objects, addresses or ports.
  configured: (client) => ({
    at:
      fieldAt(client, 'options', 'path') === undefined || fieldAt(client, 'options', 'path') === null
        ? [fieldAt(client, 'startupNodes') ?? fieldAt(client, 'options', 'host')]
        : [],
  }),
});
