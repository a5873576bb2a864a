import { type AddressInfo, type Server, type Socket } from 'node:net';

/** The private handle of a server or a socket; read in Node 20 to 26, `lib/net.js`. */
type WithHandle<T> = T & { readonly _handle?: unknown };

/**
 * Closes only the listener of a server: its connections stay open, and it does not emit `'close'`. Returns whether it
 * could; where Node has changed, it cannot.
 */
export function closeHandle(server: WithHandle<Server>): boolean {
  const { _handle: handle } = server;
  if (!hasMethod(handle, 'close')) return false;
  const stand = standIn(server.address());
  handle.close();
  Reflect.set(server, '_handle', stand);
  return true;
}

/** A handle with all that Node calls on one whose listener is closed already. */
function standIn(address: AddressInfo | string | null): object {
  const nothing = (): void => undefined;
  const handle = { close: nothing, ref: nothing, unref: nothing, hasRef: () => false };
  // Node names a socket path without asking the handle.
  if (address === null || typeof address === 'string') return handle;
  return {
    ...handle,
    getsockname: (out: object): number => {
      Object.assign(out, address);
      return 0;
    },
  };
}

/**
 * Makes the accept queue of a server one place long, by listening again, which works on Linux. Returns whether it did;
 * where Node has changed, the queue stays as it is.
 */
export function shortenQueue(server: WithHandle<Server>): boolean {
  const { _handle: handle } = server;
  return hasMethod(handle, 'listen') && handle.listen(0) === 0;
}

/** What a primary of `node:cluster` accepts connections with. */
export interface TakenListener {
  /** Its port; `undefined` of a socket path. */
  port(): number | undefined;
  address(): AddressInfo;
  /** Counts what it accepts from now on. Returns the count. */
  countAccepted(): () => number;
  /** Makes the accept queue one place long. Returns whether it did. */
  shortenQueue(): boolean;
  /** Closes it. Node may do so again, which does nothing. */
  close(): void;
}

/**
 * The listener of a server that `node:cluster` is about to take from it, to hand its connections to workers: from then on the server does not know
 * it any more. `undefined` where Node has changed. Read in Node 20 to 26, `lib/internal/cluster/round_robin_handle.js`.
 */
export function listenerToBeTaken({ _handle: handle }: WithHandle<Server>): TakenListener | undefined {
  if (!hasMethod(handle, 'close') || !hasMethod(handle, 'listen') || !hasMethod(handle, 'getsockname'))
    return undefined;
  const address = (): AddressInfo => {
    const out = { address: '', family: '', port: 0 };
    handle.getsockname(out);
    return out;
  };
  return {
    port: () => address().port || undefined,
    address,
    countAccepted: () => countConnections(handle),
    shortenQueue: () => handle.listen(0) === 0,
    close: () => void handle.close(),
  };
}

function countConnections(handle: object): () => number {
  let accepted = 0;
  const original: unknown = Reflect.get(handle, 'onconnection');
  if (typeof original === 'function') {
    Reflect.set(handle, 'onconnection', function onconnection(this: unknown, ...args: unknown[]): unknown {
      accepted += 1;
      return Reflect.apply(original as (...values: unknown[]) => unknown, this, args);
    });
  }
  return () => accepted;
}

/** Whether a server that listened has lost its listener: it was closed, or `node:cluster` has taken it. */
export function hasLostListener({ _handle: handle }: WithHandle<Server>): boolean {
  return handle === null;
}

/**
 * Whether a server listens on a file descriptor that another process opened. The key is private (read in Node 20 to
 * 26). It begins with the kind of address, which a descriptor does not have. Where the key does not exist any more, the
 * answer is yes.
 */
export function listensOnDescriptor({ _connectionKey: key }: Server & { readonly _connectionKey?: unknown }): boolean {
  return typeof key !== 'string' || key.startsWith('null:');
}

/**
 * Whether a socket is connected according to the kernel, which knows before Node does; yes where it cannot be asked.
 */
export function isConnected({ _handle: handle }: WithHandle<Socket>): boolean {
  return !hasMethod(handle, 'getpeername') || handle.getpeername({}) === 0;
}

function hasMethod<N extends string>(value: unknown, name: N): value is Record<N, (...args: unknown[]) => unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}
