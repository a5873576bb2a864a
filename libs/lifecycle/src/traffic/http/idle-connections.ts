import { nextTurn } from '../../deadline/clock.js';
import { type Connection, isSocket } from './connection.js';

/** How long idle connections stay open after the last answer, so that a request on its way is not reset. */
export const LINGER_MS = 250;

/** Resolves once all that had arrived has been read: the event loop reads between two turns. */
export async function arrivedIsRead(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

/** Whether a client may have a request on its way: on a connection that carries requests, or during a TLS handshake. */
export function hasIdle(connections: Iterable<Connection>, rawSockets: number): boolean {
  let secured = 0;
  for (const { carriesRequests, isSecure } of connections) {
    if (carriesRequests) return true;
    if (isSecure) secured += 1;
  }
  // The sockets without a secured connection are in a handshake.
  return rawSockets > secured;
}

/** The remote ports of connections: by these, the TCP sockets below them are found. */
export function remotePorts(connections: Iterable<Connection>): ReadonlySet<number | undefined> {
  const ports = new Set<number | undefined>();
  for (const { carrier } of connections) if (isSocket(carrier)) ports.add(carrier.remotePort);
  return ports;
}
