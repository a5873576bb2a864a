import cluster from 'node:cluster';
import { Server } from 'node:net';
import { nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { listensOnDescriptor, shortenQueue } from '../../internals/node-listeners.js';
import { type Accepting, blockQueue } from './block-queue.js';
import { emptyHandedQueue } from './handed-queue.js';
import { acceptsConnections, stopListening } from './listener-handle.js';

const QUIET_TURNS = 2;
/** A listener whose accept queue never empties is closed all the same after this, and at least so many turns. */
const ACCEPT_MS = 500;
const LEAST_TURNS = 20;

/**
 * Empties the accept queue and closes the listener. Connections that were accepted stay open. Closing resets every
 * client that still waits in the queue. libuv accepts one connection per turn of the event loop, and a client that
 * connects during a busy turn waits too, so only turns without any traffic count as quiet. `traffic` is a number that
 * changes with every connection and every request.
 */
export async function closeListener(server: Server, traffic: () => number, deadline: Deadline): Promise<void> {
  if (!acceptsConnections(server)) return;
  warmUp();
  const until = deadline.within(ACCEPT_MS);
  let quietTurns = 0;
  for (let turn = 0; quietTurns < QUIET_TURNS && (turn < LEAST_TURNS || !until.isPast); turn += 1) {
    const before = traffic();
    await nextTurn();
    quietTurns = traffic() === before ? quietTurns + 1 : 0;
  }
  await emptyHandedQueue(server, deadline);
  let accepted = 0;
  const count = (): void => void (accepted += 1);
  server.on('connection', count);
  await blockQueue(
    accepting(server, () => accepted),
    deadline,
  );
  server.off('connection', count);
  stopListening(server);
}

/** The queue is not shortened where other processes use it as well, or where that does not work. */
function accepting(server: Server, accepted: () => number): Accepting {
  return {
    accepted,
    address: () => server.address(),
    isOpen: () => acceptsConnections(server),
    shortenQueue: () => process.platform === 'linux' && !isShared(server) && shortenQueue(server),
  };
}

/**
 * Other processes accept from a shared queue too: it must not be shortened, and closing it here resets none of its
 * clients.
 */
function isShared(server: Server): boolean {
  return cluster.isWorker || listensOnDescriptor(server);
}

/**
 * The first call of `close()` takes thirty times as long as later ones, because it has to be compiled. A client that
 * connects between the last look at the queue and the close is reset, so the first call is made before.
 */
function warmUp(): void {
  Server.prototype.close.call(new Server());
}
