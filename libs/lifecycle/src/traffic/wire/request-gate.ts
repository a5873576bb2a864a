import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';
import { replaceMethod } from '../../patching/replace-method.js';
import { type IsTurnedAway, isUpgradeTurnedAway } from './turned-away-upgrade.js';

/** They all carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request */
const REQUEST_EVENTS: ReadonlySet<unknown> = new Set(['request', 'checkContinue', 'checkExpectation']);

/** They carry (IncomingMessage, Socket, Buffer). Node makes no response for them. */
const UPGRADE_EVENTS: ReadonlySet<unknown> = new Set(['upgrade', 'connect']);

/** Called for each request that is served. It calls `serve`, which calls the listeners of the request. */
export type Serving = (response: ServerResponse, serve: () => boolean) => boolean;

/**
 * Asks `isTurnedAway` of every request of a server before any listener sees it. No listener is called for a request
 * that is turned away. Every other request is served within `serving`, except upgrades, which are passed on as they
 * are. Returns its undo.
 */
export function gateRequests(
  server: Server,
  isTurnedAway: IsTurnedAway,
  serving: Serving = (_response, serve) => serve(),
): () => void {
  // An instrumentation may have replaced it before; its method is then the one that is called.
  return replaceMethod(server, 'emit', (original) => (event, ...args) => {
    // Returns what Node's own method returns.
    const emit = (): boolean => Reflect.apply(original, server, [event, ...args]) as boolean;
    if (UPGRADE_EVENTS.has(event) && isUpgradeTurnedAway(args, isTurnedAway)) return true;
    if (!REQUEST_EVENTS.has(event)) return emit();
    const [request, response] = args as [IncomingMessage, ServerResponse];
    return isTurnedAway(request, response) || serving(response, emit);
  });
}
