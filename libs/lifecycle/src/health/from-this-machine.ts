import { type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Whether a request comes from this machine, and none that a proxy here hands on. `kubectl port-forward` is from here too. */
export function isFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '');
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
