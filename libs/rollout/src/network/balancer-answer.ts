import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { type FrontResponse } from './front-door.js';

/** Why a balancer answers by itself: there was no endpoint, or none took the request, or the one that took it went away. */
export type BalancerReason = 'no-endpoints' | 'refused' | 'reset';

/** The header of such an answer, so that it is not mistaken for one of the service. */
export const BALANCER_HEADER = 'x-rehearsal-balancer';

/** As real balancers: 503 where there is no endpoint, 502 where an endpoint failed. */
export function answerByBalancer(response: FrontResponse, reason: BalancerReason, detail: string): void {
  response.statusCode = statusOf(reason);
  response.setHeader(BALANCER_HEADER, reason);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`${detail}\n`);
}

/** The same where the request asked for an upgrade, and only the connection is left. */
export function answerUpgradeByBalancer(socket: Socket, reason: BalancerReason, detail: string): void {
  const status = statusOf(reason);
  const body = `${detail}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `${BALANCER_HEADER}: ${reason}`,
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  // The client may disconnect before it has read this; its errors do not matter any more.
  socket.on('error', () => socket.destroy()).resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function statusOf(reason: BalancerReason): number {
  return reason === 'no-endpoints' ? 503 : 502;
}
