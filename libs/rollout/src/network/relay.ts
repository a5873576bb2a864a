import { connect, type Socket } from 'node:net';
import { reset } from './loopback-server.js';

/**
 * Makes two open connections one: bytes and FIN go over in either direction, each on its own and no faster than the other side reads, and a
 * reset of one resets the other. What the kernel has not taken of the bytes before a reset is lost, as on a real way.
 */
export function relay(one: Socket, other: Socket): void {
  oneWay(one, other);
  oneWay(other, one);
}

function oneWay(from: Socket, to: Socket): void {
  from.on('error', () => reset(to));
  from.pipe(to);
}

/**
 * Opens a connection for a client and relays. `opened` is called just before the first byte goes over; `refused` instead of it,
 * where by default the client is reset.
 */
export function passOn(
  client: Socket,
  target: { readonly host: string; readonly port: number },
  { opened, refused = () => reset(client) }: { readonly opened?: () => void; readonly refused?: () => void } = {},
): Socket {
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
  const giveUp = (): void => void server.destroy();
  client.once('error', giveUp);
  server.once('error', refused);
  server.once('connect', () => {
    client.off('error', giveUp);
    server.off('error', refused);
    opened?.();
    relay(client, server);
  });
  return server;
}
