import { type Socket } from 'node:net';
import { reset } from './loopback-server.js';
import { type Dial } from './pod-ways.js';

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
 * where by default the client is reset. A client that ends with an error or is closed before gives up.
 */
export function passOn(
  client: Socket,
  dial: Dial,
  {
    opened,
    refused = () => reset(client),
  }: { readonly opened?: (server: Socket) => void; readonly refused?: () => void } = {},
): void {
  const ignore = (): void => undefined;
  const giveUp = dial({
    opened: (server) => {
      client.off('error', ignore).off('close', giveUp);
      opened?.(server);
      relay(client, server);
    },
    refused: () => {
      client.off('close', giveUp);
      refused();
    },
  });
  client.on('error', ignore).on('close', giveUp);
}
