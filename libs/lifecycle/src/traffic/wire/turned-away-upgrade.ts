import { type IncomingMessage, ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { answerOn } from '../../internals/node-answers.js';

/** Answers or ignores a request that comes too late, and says `true`; `false` when the request is to be served. */
export type IsTurnedAway = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Turns away a request for another protocol (`Upgrade`, `CONNECT`). Node has detached the socket by then: it sends no
 * answer by itself, and does not notice when the socket fails. So the answer is sent from here, after the answers that
 * are still to be sent.
 */
export function isUpgradeTurnedAway(args: readonly unknown[], isTurnedAway: IsTurnedAway): boolean {
  // As Node emits both: https://nodejs.org/api/http.html#event-upgrade_1
  const [request, socket] = args as [IncomingMessage, Socket];
  const response = new ServerResponse(request);
  if (!isTurnedAway(request, response)) return false;
  // The end of a socket only shows when it is read. A reset is followed by `close`, so its error needs no handling.
  socket.on('error', () => undefined).resume();
  response.on('finish', () => socket.destroySoon());
  sendInTurn(response, socket);
  return true;
}

/** Sends an answer once the answers ahead of it are sent. One with `Connection: close` has ended the socket by then. */
function sendInTurn(response: ServerResponse, socket: Socket): void {
  const ahead = answerOn(socket);
  if (ahead !== undefined) ahead.once('close', () => sendInTurn(response, socket));
  else if (socket.writable) response.assignSocket(socket);
}
