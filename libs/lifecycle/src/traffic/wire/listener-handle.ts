import { Server } from 'node:net';
import { closeHandle } from '../../internals/node-listeners.js';

/** Servers whose listener was closed here. Node still reports them as listening. */
const stopped = new WeakSet<Server>();

/** Whether a server accepts connections. */
export function acceptsConnections(server: Server): boolean {
  return server.listening && !stopped.has(server);
}

/**
 * Closes only the listener of a server. Nest and the application call `server.close()`: it emits `'close'`, which has
 * to come once, when they expect it, and their callbacks must not get `ERR_SERVER_NOT_RUNNING`. Node closes a listener
 * with its handle, which is private. Where that has changed, the server is closed without touching its connections, as
 * `http.Server.close()` would, and `'close'` comes twice.
 */
export function stopListening(server: Server): void {
  if (!acceptsConnections(server)) return;
  stopped.add(server);
  // A server that was closed may listen again, with another listener.
  server.once('close', () => stopped.delete(server));
  if (!closeHandle(server)) Server.prototype.close.call(server);
}

/** Closes a server whose listener was closed here, unless Nest or the application has closed it since. */
export function closeStopped(server: Server): void {
  if (server.listening && stopped.has(server)) server.close();
}
