import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';
import { replaceMethod } from '../../patching/replace-method.js';
import { type IsTurnedAway, isUpgradeTurnedAway } from './turned-away-upgrade.js';

/** They all carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request */
const REQUEST_EVENTS: ReadonlySet<unknown> = new Set(['request', 'checkContinue', 'checkExpectation']);

/** They carry (IncomingMessage, Socket, Buffer), and have no answer of Node's. */
const UPGRADE_EVENTS: ReadonlySet<unknown> = new Set(['upgrade', 'connect']);

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
  // Instrumentation may have put its own there, which is called then.
  return replaceMethod(server, 'emit', (original) => (event, ...args) => {
    // What Node's own method answers.
    const emit = (): boolean => Reflect.apply(original, server, [event, ...args]) as boolean;
    if (UPGRADE_EVENTS.has(event) && isUpgradeTurnedAway(args, isTurnedAway)) return true;
    if (!REQUEST_EVENTS.has(event)) return emit();
    const [request, response] = args as [IncomingMessage, ServerResponse];
    return isTurnedAway(request, response) || serving(response, emit);
  });
}
