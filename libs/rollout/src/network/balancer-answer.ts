import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { type FrontResponse } from './front-door.js';

/** Why a balancer answers by itself: nobody to hand the request to, or nobody who took it, or who took it and went away. */
export type BalancerReason = 'no-endpoints' | 'refused' | 'reset';

/** The header of such an answer, so that it is not mistaken for one of the service. */
export const BALANCER_HEADER = 'x-rehearsal-balancer';

/** As real balancers: 503 where there is nobody, 502 where somebody failed. */
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
  // It may go away before it has read this, and has nothing to say that would be heard.
  socket.on('error', () => socket.destroy()).resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function statusOf(reason: BalancerReason): number {
  return reason === 'no-endpoints' ? 503 : 502;
}
