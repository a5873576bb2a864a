import cluster from 'node:cluster';
import { connect, Server } from 'node:net';
import { nextTick } from 'node:process';
import { nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { isConnected, listensOnDescriptor, shortenQueue } from '../../internals/node-listeners.js';
import { acceptsConnections, stopListening } from './listener-handle.js';

const QUIET_TURNS = 2;
/** How long taking the last place may take; it takes a turn or two, where a service can connect to itself. */
const BLOCK_MS = 500;
const MOST_TURNS = 100;

/**
 * Empties the accept queue and closes the listener, touching none of the connections there are. Closing resets whoever
 * still waits in the queue. libuv accepts one connection per turn of the loop, and whoever connects during a turn in which
 * others were served waits too, so only turns without any traffic count as quiet; `traffic` changes with every connection
 * and every request.
 */
export async function closeListener(server: Server, traffic: () => number, deadline: Deadline): Promise<void> {
  if (!acceptsConnections(server)) return;
  warmUp();
  let quietTurns = 0;
  while (quietTurns < QUIET_TURNS && !deadline.isPast) {
    const before = traffic();
    await nextTurn();
    quietTurns = traffic() === before ? quietTurns + 1 : 0;
  }
  await blockQueue(server, deadline.after(BLOCK_MS));
  stopListening(server);
}

/**
 * Between the last look at the queue and the close somebody may come. So the queue is made one place long, and that place
 * is taken by a connection of our own: once the kernel says that it is connected, nobody else is in the queue and nobody
 * can come in. Those who try get no answer, try again after a second, and are then refused, which is safe to try
 * elsewhere; a reset is not. Returns in the turn in which the place was taken, for the listener to be closed in it.
 */
async function blockQueue(server: Server, deadline: Deadline): Promise<void> {
  const address = server.address();
  // A socket path has a queue that clients wait for.
  if (address === null || typeof address === 'string' || !isShortened(server)) return;
  const host = LOOPBACK[address.address] ?? address.address;
  for (let turn = 0; turn < MOST_TURNS && !deadline.isPast && acceptsConnections(server); turn += 1) {
    const own = connect({ host, port: address.port });
    // That it is reset when the listener closes is what it is for.
    own.on('error', () => undefined);
    // Node connects on the next tick.
    await new Promise<void>((resolve) => nextTick(resolve));
    const isIn = isConnected(own);
    // Until the listener is closed it keeps others out.
    void nextTurn().then(() => own.destroy());
    if (isIn) return;
    await nextTurn();
  }
}

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Makes the queue one place long, where it is ours alone. */
function isShortened(server: Server): boolean {
  return process.platform === 'linux' && !isShared(server) && shortenQueue(server);
}

/** A queue that others listen to as well is not ours to shorten, and closing our end of it resets none of its clients. */
function isShared(server: Server): boolean {
  return cluster.isWorker || listensOnDescriptor(server);
}

/**
 * Whoever connects between the last look at the accept queue and the end of the listener is reset. Closing for the first
 * time takes thirty times as long as later, because it has to be compiled; so that time is not now.
 */
function warmUp(): void {
  Server.prototype.close.call(new Server());
}
