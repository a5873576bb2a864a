import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';

/** They all carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request */
const REQUEST_EVENTS: ReadonlySet<string> = new Set(['request', 'checkContinue', 'checkExpectation']);

/**
 * Asks `isTurnedAway` of every request of a server, before everything that listens for them; nobody hears of those that
 * are. Returns its undo.
 */
export function gateRequests(
  server: Server,
  isTurnedAway: (request: IncomingMessage, response: ServerResponse) => boolean,
): () => void {
  const emit: (event: string, ...args: unknown[]) => boolean = server.emit.bind(server);
  // Instrumentation may have put its own there.
  const before = Object.getOwnPropertyDescriptor(server, 'emit');
  const gated = (event: string, ...args: unknown[]): boolean => {
    const [request, response] = args;
    const isAway = REQUEST_EVENTS.has(event) && isTurnedAway(request as IncomingMessage, response as ServerResponse);
    return isAway || emit(event, ...args);
  };
  server.emit = gated;
  return () => {
    if (server.emit !== gated) return;
    if (before === undefined) Reflect.deleteProperty(server, 'emit');
    else Reflect.defineProperty(server, 'emit', before);
  };
}
