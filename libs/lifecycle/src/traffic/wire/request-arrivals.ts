import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';
import { type Method, putMethod } from '../../patching/replace-method.js';

/** They all carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request */
const EXPECTING: ReadonlySet<unknown> = new Set(['checkContinue', 'checkExpectation']);

/** The name of the event, a request and a response. */
const NODE_ARGUMENTS = 3;

type Arrived = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Tells of every request of a server, before everything that listens for it. A listener of its own would cost each request
 * more: Node copies the list of listeners with every event as soon as there are two. Returns the undo.
 */
export function onRequests(server: Server, arrived: Arrived): () => void {
  let isFollowed = true;
  const own: unknown = Object.getOwnPropertyDescriptor(server, 'emit')?.value;
  const shared = Object.getPrototypeOf(server) as { readonly emit: Method };
  const undo = putMethod(server, 'emit', function emit(this: unknown, event: unknown, first: unknown, second: unknown) {
    // Instrumentation may put its own on the class, now or later, or has put it on this server before.
    const emitted = typeof own === 'function' ? (own as Method) : shared.emit;
    if (event === 'request' || EXPECTING.has(event)) {
      // As Node and those who pass a request on emit them.
      if (isFollowed) arrived(first as IncomingMessage, second as ServerResponse);
      // With names, and not with an array, because this runs for every request.
      if (arguments.length === NODE_ARGUMENTS) return emitted.call(this, event, first, second);
    }
    return Reflect.apply(emitted, this, arguments);
  });
  return () => {
    isFollowed = false;
    undo();
  };
}
