import { type AddressInfo, type Server, type Socket } from 'node:net';

/** What Node has below a server or a socket, as far as it is used here. Private; read in Node 20 to 26, `lib/net.js`. */
type WithHandle<T> = T & { readonly _handle?: unknown };

/**
 * Ends the listener of a server, and nothing else: its connections and its `'close'` are left. Returns whether it could;
 * where Node has changed, it cannot.
 */
export function closeHandle(server: WithHandle<Server>): boolean {
  const { _handle: handle } = server;
  if (!hasMethod(handle, 'close')) return false;
  const stand = standIn(server.address());
  handle.close();
  Reflect.set(server, '_handle', stand);
  return true;
}

/** What Node asks of a handle of which the listener is closed already. */
function standIn(address: AddressInfo | string | null): object {
  const nothing = (): void => undefined;
  const handle = { close: nothing, ref: nothing, unref: nothing, hasRef: () => false };
  // Node names a socket path by itself.
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
 * Makes the accept queue of a server one place long, which listening again does on Linux. Returns whether it is; where Node
 * has changed, the queue stays as it is.
 */
export function shortenQueue(server: WithHandle<Server>): boolean {
  const { _handle: handle } = server;
  return hasMethod(handle, 'listen') && handle.listen(0) === 0;
}

/**
 * Whether a server listens on a descriptor that was handed down. The key is private (read in Node 20 to 26), and begins with
 * the kind of address, of which a descriptor has none; where it has gone, it counts as one.
 */
export function listensOnDescriptor({ _connectionKey: key }: Server & { readonly _connectionKey?: unknown }): boolean {
  return typeof key !== 'string' || key.startsWith('null:');
}

/** Whether the kernel says that a socket is connected, before Node has heard of it; where it cannot be asked, yes. */
export function isConnected({ _handle: handle }: WithHandle<Socket>): boolean {
  return !hasMethod(handle, 'getpeername') || handle.getpeername({}) === 0;
}

function hasMethod<N extends string>(value: unknown, name: N): value is Record<N, (...args: unknown[]) => unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}
