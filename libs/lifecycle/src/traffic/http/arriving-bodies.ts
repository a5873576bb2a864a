import { type IncomingMessage } from 'node:http';
import { type Connection } from './connection.js';

/**
 * Resolves once no answered request still brings its body; `undefined` when none does. Ending such a connection would leave
 * bytes unread, for which the kernel resets it, and the answer may be lost on the way (RFC 9112 §9.6).
 */
export function bodiesArrived(connections: Iterable<Connection>): Promise<unknown> | undefined {
  const arriving = [...connections].map(({ arriving: request }) => request).filter((request) => request !== undefined);
  return arriving.length === 0 ? undefined : Promise.all(arriving.map(arrived));
}

/** Node reads on a body that nothing else reads, and closes the request of a connection that has ended. */
function arrived(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    request.once('end', resolve);
    request.once('close', resolve);
  });
}
