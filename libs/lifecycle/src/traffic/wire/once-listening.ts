import { type Server } from 'node:net';

/** Calls `listener` once a server listens; at once if it does already. Returns its undo. */
export function onceListening(server: Server, listener: () => void): () => void {
  if (server.listening) listener();
  else server.once('listening', listener);
  return () => server.removeListener('listening', listener);
}
