import { type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Whether a request comes from this machine, and none that a proxy here hands on. `kubectl port-forward` is from here too. */
export function isFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '');
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/**
 * The same for what shows something: the request has to name this machine as well, so that no other site can read the answer through the
 * browser of a user of this machine.
 */
export function isForThisMachine(request: IncomingMessage): boolean {
  return isFromThisMachine(request) && isNamedAsHere(request.headers.host);
}

/** An address, or `localhost`: a name of another site may lead here too, and its pages would be of the same origin. */
function isNamedAsHere(host = ''): boolean {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  return name === 'localhost' || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
}
