import { defineKind } from '../define-kind.js';
import { fieldAt, hasGetters, hasMethods, isObject } from '../shape.js';

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

export const nodeRedis = defineKind<NodeRedis>({
  title: 'Redis client',
  type: 'cache',
  timeoutMs: 2000,
  is: (value): value is NodeRedis =>
    hasGetters(value, ['isOpen']) &&
    hasMethods(value, ['connect', 'sendCommand']) &&
    (hasMethods(value, ['close', 'destroy']) || hasMethods(value, ['quit', 'disconnect'])),
  isClosed: ({ isOpen }) => !isOpen,
  close: async (client) => {
    // While the server is away, what was sent waits for it to come back.
    if (client.isReady === false) return letGo(client);
    // A client that closes cannot be destroyed any more, so it first has all its replies.
    if (client.isReady === true) await client.ping?.();
    return client.close === undefined ? client.quit?.() : client.close();
  },
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
