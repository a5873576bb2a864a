import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';

/** They all carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request */
const REQUEST_EVENTS: ReadonlySet<string> = new Set(['request', 'checkContinue', 'checkExpectation']);

/** Lets everybody who listens for a request hear of it. */
export type Serving = (response: ServerResponse, serve: () => boolean) => boolean;

/**
 * Asks `isTurnedAway` of every request of a server, before everything that listens for them; nobody hears of those that
 * are. All others are served within `serving`. Returns its undo.
 */
export function gateRequests(
  server: Server,
  isTurnedAway: (request: IncomingMessage, response: ServerResponse) => boolean,
  serving: Serving = (_response, serve) => serve(),
): () => void {
  const emit: (event: string, ...args: unknown[]) => boolean = server.emit.bind(server);
  // Instrumentation may have put its own there.
  const before = Object.getOwnPropertyDescriptor(server, 'emit');
  const gated = (event: string, ...args: unknown[]): boolean => {
    if (!REQUEST_EVENTS.has(event)) return emit(event, ...args);
    const [request, response] = args as [IncomingMessage, ServerResponse];
    return isTurnedAway(request, response) || serving(response, () => emit(event, ...args));
  };
  server.emit = gated;
  return () => {
    if (server.emit !== gated) return;
    if (before === undefined) Reflect.deleteProperty(server, 'emit');
    else Reflect.defineProperty(server, 'emit', before);
  };
}
