import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { isAnswerOn } from '../../internals/node-answers.js';

type Detach = (this: ServerResponse, socket: Socket) => void;

/**
 * Follows an answer to its end.
 *
 * @param socket that Node serves HTTP/1 on, where it is one
 */
export type FollowAnswer = (response: ServerResponse, socket: Socket | undefined) => void;

/**
 * Calls `ended`, once or twice, when an answer that is followed is over. Node takes the socket from an answer of HTTP/1 that
 * has been sent (`detachSocket()`; read in Node 20 to 26, `lib/_http_server.js`), and a method on the answer costs a request
 * a fraction of what a listener costs. An answer whose socket closes before is for the caller to end. The method is relied
 * on once Node has been seen to call it; before, and where an answer has no socket yet or another kind, there is a listener.
 */
export function answerFollower(ended: (response: ServerResponse) => void): FollowAnswer {
  let isDetachingSeen = false;
  const detached = new WeakSet<ServerResponse>();
  const detachSocket: Detach = function detachSocket(socket) {
    // That of its class, which may be one of the application.
    (Object.getPrototypeOf(this) as { readonly detachSocket: Detach }).detachSocket.call(this, socket);
    if (!isDetachingSeen) detached.add(this);
    ended(this);
  };
  // Shared by all answers, so that none costs a closure.
  function closed(this: ServerResponse): void {
    isDetachingSeen ||= detached.has(this);
    ended(this);
  }
  return (response, socket) => {
    const hasTurn = socket !== undefined && isAnswerOn(socket, response);
    if (hasTurn) response.detachSocket = detachSocket;
    if (!hasTurn || !isDetachingSeen) response.on('close', closed);
  };
}
