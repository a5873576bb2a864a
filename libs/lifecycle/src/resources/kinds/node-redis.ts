import { callsOf, countCalls } from '../count-calls.js';
import { defineKind } from '../define-kind.js';
import { fieldAt, hasGetters, hasMethods, isObject } from '../shape.js';
import { waitUntil } from '../wait-until.js';
import { describeCommands, mayLose } from './redis-commands.js';

/** A client of redis 4 to 6, single, cluster or sentinel; read in 5.12. */
interface NodeRedis {
  readonly isOpen: boolean;
  /** Not of clusters. */
  readonly isReady?: boolean;
  /** Waits for the replies of what was sent; since 5. */
  close?(): Promise<void>;
  /** Since 5. */
  destroy?(): void;
  quit?(): Promise<unknown>;
  disconnect?(): Promise<void>;
  ping?(): Promise<unknown>;
}

/** Methods through which all its commands go: one of them, or several in a pipeline or a transaction. Read in 4 to 6. */
const SENDING = ['sendCommand', '_executePipeline', '_executeMulti'];

export const nodeRedis = defineKind<NodeRedis>({
  title: 'Redis client',
  type: 'cache',
  timeoutMs: 2000,
  is: (value): value is NodeRedis =>
    hasGetters(value, ['isOpen']) &&
    hasMethods(value, ['connect', 'sendCommand']) &&
    (hasMethods(value, ['close', 'destroy']) || hasMethods(value, ['quit', 'disconnect'])),
  failsTwice: ['close', 'destroy', 'quit', 'disconnect'],
  isClosed: ({ isOpen }) => !isOpen,
  // Which commands wait is private.
  follow: (client) => countCalls(client, SENDING, mayLoseOne),
  close: async (client, time) => {
    // While the server is away, what was sent waits for it to come back.
    if (client.isReady === false) await waitUntil(() => client.isReady !== false || callsOf(client) === 0, time);
    if (client.isReady === false) return letGo(client);
    // A client that closes cannot be destroyed any more, so it first has all its replies.
    if (client.isReady === true) await client.ping?.();
    return client.close === undefined ? client.quit?.() : client.close();
  },
  unfinished: (client) => describeCommands(callsOf(client)),
  force: letGo,
  configured: (client) => ({ at: addressesOf(Reflect.get(client, 'options')) }),
});

function letGo(client: NodeRedis): unknown {
  if (!client.isOpen) return undefined;
  return client.destroy === undefined ? client.disconnect?.() : client.destroy();
}

/** A cluster does not show where its nodes are. */
function addressesOf(options: unknown): unknown[] {
  if (!isObject(options)) return [];
  if (fieldAt(options, 'socket', 'path') !== undefined) return [];
  // Without a host it connects to this machine.
  return [fieldAt(options, 'url') ?? fieldAt(options, 'socket', 'host') ?? 'localhost'];
}

/** Of one command, its words; of several, what stands for each. */
function mayLoseOne(args: readonly unknown[]): boolean {
  const words: unknown = args.find((each) => Array.isArray(each));
  const name: unknown = Array.isArray(words) ? words[0] : undefined;
  return typeof name !== 'string' || mayLose(name);
}
