import { type AddressInfo, connect } from 'node:net';
import { nextTick } from 'node:process';
import { nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { isConnected } from '../../internals/node-listeners.js';

/**
 * The longest time to spend on taking the last place in the queue while nothing comes out of it. It takes a turn or two where a
 * service can connect to itself.
 */
const BLOCK_MS = 500;
const MOST_TURNS = 100;

/** What accepts connections, and is about to be closed. */
export interface Accepting {
  address(): AddressInfo | string | null;
  isOpen(): boolean;
  /** How many connections have come out of the queue so far. */
  accepted(): number;
  /** Makes the accept queue one place long. Returns whether it did. */
  shortenQueue(): boolean;
}

interface Where {
  readonly host: string;
  readonly port: number;
}

/**
 * A client may connect between the last look at the queue and the close, and would be reset. So the queue is made one
 * place long, and a connection of our own takes that place. Once the kernel says that it is connected, the queue is
 * empty otherwise and no other client can enter it. A client that tries gets no answer, tries again after a second, and
 * is then refused. After a refusal a client may safely try elsewhere, after a reset it may not. Returns in the turn in
 * which the place was taken, so that the listener can be closed in the same turn.
 *
 * One connection comes out of the queue in a turn, and no other gets in, so it is empty after so many turns, however long these take on
 * a busy machine.
 *
 * @param deadline may be past: it takes 500 ms at most then
 */
export async function blockQueue(accepting: Accepting, deadline: Deadline): Promise<void> {
  const address = accepting.address();
  // A client of a socket path waits in its queue, so there is nothing to block.
  if (address === null || typeof address === 'string' || !accepting.shortenQueue()) return;
  const host = LOOPBACK[address.address] ?? address.address;
  await takePlace(accepting, { host, port: address.port }, deadline);
}

async function takePlace(accepting: Accepting, where: Where, deadline: Deadline): Promise<void> {
  const brief = deadline.after(BLOCK_MS);
  for (let idleTurns = 0; idleTurns < MOST_TURNS && accepting.isOpen();) {
    const before = accepting.accepted();
    if (await isPlaceTaken(where)) return;
    await nextTurn();
    idleTurns = accepting.accepted() > before ? 0 : idleTurns + 1;
    if (brief.isPast && (idleTurns > 0 || deadline.isPast)) return;
  }
}

/** Tries to take it, for this turn. */
async function isPlaceTaken(where: Where): Promise<boolean> {
  const own = connect(where);
  // It is reset when the listener closes. That is expected.
  own.on('error', () => undefined);
  // Node connects on the next tick.
  await new Promise<void>((resolve) => nextTick(resolve));
  const isIn = isConnected(own);
  // It must stay open until the listener is closed, because it keeps other clients out.
  void nextTurn().then(() => own.destroy());
  return isIn;
}

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
