import { type IncomingMessage, ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { answerOn } from '../../internals/node-answers.js';

/** Answers a request that comes too late, or ignores it; `false` when it is to be served. */
export type IsTurnedAway = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Turns away a request for another protocol (`Upgrade`, `CONNECT`). By then Node has let go of the socket: it gives no
 * answer by itself, and hears of nothing. So the answer is given here, behind those that are still to be sent.
 */
export function isUpgradeTurnedAway(args: readonly unknown[], isTurnedAway: IsTurnedAway): boolean {
  // As Node emits both: https://nodejs.org/api/http.html#event-upgrade_1
  const [request, socket] = args as [IncomingMessage, Socket];
  const response = new ServerResponse(request);
  if (!isTurnedAway(request, response)) return false;
  // Its end shows only when somebody reads; that it was reset shows by its close.
  socket.on('error', () => undefined).resume();
  response.on('finish', () => socket.destroySoon());
  sendInTurn(response, socket);
  return true;
}

/** An answer that has said that it is the last has ended the socket. */
function sendInTurn(response: ServerResponse, socket: Socket): void {
  const ahead = answerOn(socket);
  if (ahead !== undefined) ahead.once('close', () => sendInTurn(response, socket));
  else if (socket.writable) response.assignSocket(socket);
}
