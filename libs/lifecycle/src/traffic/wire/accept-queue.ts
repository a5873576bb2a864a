import cluster from 'node:cluster';
import { connect, Server } from 'node:net';
import { nextTick } from 'node:process';
import { nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { isConnected, listensOnDescriptor, shortenQueue } from '../../internals/node-listeners.js';
import { acceptsConnections, stopListening } from './listener-handle.js';

const QUIET_TURNS = 2;
/**
 * The longest time to spend on taking the last place in the queue. It takes a turn or two where a service can connect
 * to itself.
 */
const BLOCK_MS = 500;
const MOST_TURNS = 100;

/**
 * Empties the accept queue and closes the listener. Connections that were accepted stay open. Closing resets every
 * client that still waits in the queue. libuv accepts one connection per turn of the event loop, and a client that
 * connects during a busy turn waits too, so only turns without any traffic count as quiet. `traffic` is a number that
 * changes with every connection and every request.
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
 * A client may connect between the last look at the queue and the close, and would be reset. So the queue is made one
 * place long, and a connection of our own takes that place. Once the kernel says that it is connected, the queue is
 * empty otherwise and no other client can enter it. A client that tries gets no answer, tries again after a second, and
 * is then refused. After a refusal a client may safely try elsewhere, after a reset it may not. Returns in the turn in
 * which the place was taken, so that the listener can be closed in the same turn.
 */
async function blockQueue(server: Server, deadline: Deadline): Promise<void> {
  const address = server.address();
  // A client of a socket path waits in its queue, so there is nothing to block.
  if (address === null || typeof address === 'string' || !isShortened(server)) return;
  const host = LOOPBACK[address.address] ?? address.address;
  for (let turn = 0; turn < MOST_TURNS && !deadline.isPast && acceptsConnections(server); turn += 1) {
    const own = connect({ host, port: address.port });
    // It is reset when the listener closes. That is expected.
    own.on('error', () => undefined);
    // Node connects on the next tick.
    await new Promise<void>((resolve) => nextTick(resolve));
    const isIn = isConnected(own);
    // It must stay open until the listener is closed, because it keeps other clients out.
    void nextTurn().then(() => own.destroy());
    if (isIn) return;
    await nextTurn();
  }
}

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Makes the queue one place long. Says `false` where other processes use it as well, or where that does not work. */
function isShortened(server: Server): boolean {
  return process.platform === 'linux' && !isShared(server) && shortenQueue(server);
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
