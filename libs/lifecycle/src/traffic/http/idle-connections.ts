import { nextTurn } from '../../deadline/clock.js';
import { type Connection, isSocket } from './connection.js';

/** How long idle connections may linger after the last answer, so that a request on its way does not meet a reset. */
export const LINGER_MS = 250;

/** Between two turns the event loop has read whatever had arrived. */
export async function arrivedIsRead(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

/** Whether clients may still have something on its way: on connections that are ours to close, or in a handshake. */
export function hasIdle(connections: Iterable<Connection>, rawSockets: number): boolean {
  let secured = 0;
  for (const { carriesRequests, isSecure } of connections) {
    if (carriesRequests) return true;
    if (isSecure) secured += 1;
  }
  // The others are still shaking hands.
  return rawSockets > secured;
}

/** By which the TCP sockets below secured connections are known. */
export function remotePorts(connections: Iterable<Connection>): ReadonlySet<number | undefined> {
  const ports = new Set<number | undefined>();
  for (const { carrier } of connections) if (isSocket(carrier)) ports.add(carrier.remotePort);
  return ports;
}
