import { Server } from 'node:net';
import { nextTurn } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';

const QUIET_TURNS = 2;

/**
 * Waits until nothing is left in the accept queue. libuv accepts one connection per turn of the loop; closing the
 * listener resets those still waiting. Whoever connects during a turn in which others were served waits too, so only turns
 * without any traffic count as quiet; `traffic` changes with every connection and every request.
 */
export async function emptyAcceptQueue(traffic: () => number, deadline: Deadline): Promise<void> {
  warmUp();
  let quietTurns = 0;
  while (quietTurns < QUIET_TURNS && !deadline.isPast) {
    const before = traffic();
    await nextTurn();
    quietTurns = traffic() === before ? quietTurns + 1 : 0;
  }
}

/** `http.Server.close()` would also destroy idle connections, on which a request may be on its way. */
export function stopListening(server: Server): void {
  if (server.listening) Server.prototype.close.call(server);
}

/**
 * Whoever connects between the last look at the accept queue and the end of the listener is reset. Closing for the first
 * time takes thirty times as long as later, because it has to be compiled; so that time is not now.
 */
function warmUp(): void {
  Server.prototype.close.call(new Server());
}
