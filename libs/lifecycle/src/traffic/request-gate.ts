import { type IncomingMessage, ServerResponse } from 'node:http';
import { type Server, type Socket } from 'node:net';

/** They all carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request */
const REQUEST_EVENTS: ReadonlySet<string> = new Set(['request', 'checkContinue', 'checkExpectation']);

type IsTurnedAway = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Lets everybody who listens for a request hear of it. */
export type Serving = (response: ServerResponse, serve: () => boolean) => boolean;

/** By then Node has let go of the socket: it gives no answer by itself, and hears of nothing. */
function isUpgradeTurnedAway(args: readonly unknown[], isTurnedAway: IsTurnedAway): boolean {
  const [request, socket] = args as [IncomingMessage, Socket & { readonly _httpMessage?: unknown }];
  // Behind an answer that is not sent yet, another cannot be given. Private; read in Node 20 to 26.
  if ((socket._httpMessage ?? null) !== null) return false;
  const response = new ServerResponse(request);
  if (!isTurnedAway(request, response)) return false;
  // Its end shows only when somebody reads; that it was reset shows by its close.
  socket.on('error', () => undefined).resume();
  response.assignSocket(socket);
  response.on('finish', () => socket.destroySoon());
  return true;
}

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
    if (event === 'upgrade' && isUpgradeTurnedAway(args, isTurnedAway)) return true;
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
