import { type AddressInfo, Server } from 'node:net';

type PrivateServer = Server & { readonly _handle?: unknown };

/** Servers whose listener was closed here, and that Node still takes for listening. */
const stopped = new WeakSet<Server>();

/** Whether a server accepts connections. */
export function acceptsConnections(server: Server): boolean {
  return server.listening && !stopped.has(server);
}

/**
 * Closes the listener of a server, and nothing else. `server.close()` is for Nest and for the application to call: it
 * emits `'close'`, which then comes once, when they expect it, and their callbacks get no `ERR_SERVER_NOT_RUNNING`. Node
 * ends a listener with its handle, which is private (read in Node 20 to 26, `lib/net.js`); where that has changed, the
 * server is closed without touching its connections, as `http.Server.close()` would, and `'close'` comes twice.
 */
export function stopListening(server: Server): void {
  if (!acceptsConnections(server)) return;
  stopped.add(server);
  // A server that is closed and told to listen again is another listener.
  server.once('close', () => stopped.delete(server));
  const { _handle: handle } = server as PrivateServer;
  if (!isHandle(handle)) return void Server.prototype.close.call(server);
  const stand = standIn(server.address());
  handle.close();
  Reflect.set(server, '_handle', stand);
}

/** Closes a server of which the listener was closed here, where neither Nest nor the application has closed it since. */
export function closeStopped(server: Server): void {
  if (server.listening && stopped.has(server)) server.close();
}

function isHandle(handle: unknown): handle is { close(): void } {
  return typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function';
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
