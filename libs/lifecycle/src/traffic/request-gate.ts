import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';
import { type IsTurnedAway, isUpgradeTurnedAway } from './turned-away-upgrade.js';

/** They all carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request */
const REQUEST_EVENTS: ReadonlySet<string> = new Set(['request', 'checkContinue', 'checkExpectation']);

/** They carry (IncomingMessage, Socket, Buffer), and have no answer of Node's. */
const UPGRADE_EVENTS: ReadonlySet<string> = new Set(['upgrade', 'connect']);

/** Lets everybody who listens for a request hear of it. */
export type Serving = (response: ServerResponse, serve: () => boolean) => boolean;

/**
 * Asks `isTurnedAway` of every request of a server, before everything that listens for them; nobody hears of those that
 * are. All others are served within `serving`; those that become another protocol are not served. Returns its undo.
 */
export function gateRequests(
  server: Server,
  isTurnedAway: IsTurnedAway,
  serving: Serving = (_response, serve) => serve(),
): () => void {
  const emit: (event: string, ...args: unknown[]) => boolean = server.emit.bind(server);
  // Instrumentation may have put its own there.
  const before = Object.getOwnPropertyDescriptor(server, 'emit');
  const gated = (event: string, ...args: unknown[]): boolean => {
    if (UPGRADE_EVENTS.has(event) && isUpgradeTurnedAway(args, isTurnedAway)) return true;
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
