import { type Server } from 'node:net';
import { type Deadline } from '../../deadline/deadline.js';
import { askToClose } from '../../parent/ask-to-close.js';

/** How long a worker waits for the others, whose lame duck may be longer. It serves on meanwhile. */
const OTHERS_MS = 2000;

/**
 * The primary of a cluster accepts connections, queues them, and hands each to a worker. Node closes what it has queued when the last worker
 * closes its listener. So the primary of `runCluster()` closes the port first, and this worker takes what is left: Node hands it one
 * connection after the other while there are any, and a message of the primary does not overtake them. Once none has come between a
 * question and its answer, the queue is empty.
 *
 * Returns at once where there is no such primary, or where other workers go on.
 */
export async function emptyHandedQueue(server: Server, deadline: Deadline): Promise<void> {
  const address = server.address();
  if (address === null || typeof address === 'string') return;
  const until = deadline.within(OTHERS_MS);
  let handed = 0;
  const count = (): void => void (handed += 1);
  server.on('connection', count);
  for (let before = -1; before !== handed && !until.isPast;) {
    before = handed;
    if ((await askToClose(address.port, until)) === 'open') break;
  }
  server.off('connection', count);
}
