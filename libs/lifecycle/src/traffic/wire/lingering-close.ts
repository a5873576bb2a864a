import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';

/** How long a client that has been answered may go on sending its request. */
export const BODY_MS = 2000;

/**
 * Lets a client read an answer that ends the connection before all of its request has arrived. Node destroys the socket
 * after such an answer. With unread bytes in it, the kernel then resets the connection, and the answer may be lost on
 * the way. Instead the server ends its own side, and goes on reading for a moment (RFC 9112 §9.6).
 */
export function lingerForBody(response: ServerResponse): void {
  const { req: request } = response;
  const socket: Socket | null = request.socket;
  if (request.complete || request.httpVersionMajor >= 2 || typeof socket?.destroySoon !== 'function') return;
  if (Object.hasOwn(socket, 'destroySoon')) return;
  const destroySoon = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    if (request.complete) return destroySoon();
    const timer = setTimeout(() => socket.destroy(), BODY_MS);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
    request.once('end', destroySoon);
    socket.end();
    // The handler may have read a part of the body and stopped.
    request.resume();
  };
}
