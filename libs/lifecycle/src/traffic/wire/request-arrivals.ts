import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';
import { type Method, putMethod } from '../../patching/replace-method.js';

/** They all carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request */
const EXPECTING: ReadonlySet<unknown> = new Set(['checkContinue', 'checkExpectation']);

type Arrived = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Tells of every request of a server, before everything that listens for it. A listener of its own would cost each request
 * more: Node copies the list of listeners with every event as soon as there are two. Returns the undo.
 */
export function onRequests(server: Server, arrived: Arrived): () => void {
  let isFollowed = true;
  const own: unknown = Object.getOwnPropertyDescriptor(server, 'emit')?.value;
  const shared = Object.getPrototypeOf(server) as { readonly emit: Method };
  const undo = putMethod(server, 'emit', function emit(this: unknown, ...args: unknown[]) {
    // As Node and those who pass a request on emit them.
    const [event] = args;
    if (isFollowed && (event === 'request' || EXPECTING.has(event)))
      arrived(args[1] as IncomingMessage, args[2] as ServerResponse);
    // Instrumentation may put its own on the class, now or later, or has put it on this server before.
    return Reflect.apply(typeof own === 'function' ? (own as Method) : shared.emit, this, args);
  });
  return () => {
    isFollowed = false;
    undo();
  };
}
