import { Server } from 'node:net';
import { closeHandle } from '../../internals/node-listeners.js';

/** Servers whose listener was closed here, and that Node still takes for listening. */
const stopped = new WeakSet<Server>();

/** Whether a server accepts connections. */
export function acceptsConnections(server: Server): boolean {
  return server.listening && !stopped.has(server);
}

/**
 * Closes the listener of a server, and nothing else. `server.close()` is for Nest and for the application to call: it
 * emits `'close'`, which then comes once, when they expect it, and their callbacks get no `ERR_SERVER_NOT_RUNNING`. Node
 * ends a listener with its handle, which is private; where that has changed, the server is closed without touching its
 * connections, as `http.Server.close()` would, and `'close'` comes twice.
 */
export function stopListening(server: Server): void {
  if (!acceptsConnections(server)) return;
  stopped.add(server);
  // A server that is closed and told to listen again is another listener.
  server.once('close', () => stopped.delete(server));
  if (!closeHandle(server)) Server.prototype.close.call(server);
}

/** Closes a server of which the listener was closed here, where neither Nest nor the application has closed it since. */
export function closeStopped(server: Server): void {
  if (server.listening && stopped.has(server)) server.close();
}
