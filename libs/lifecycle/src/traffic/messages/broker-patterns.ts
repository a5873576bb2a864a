import { type Guard } from '../../errors/foreign-call.js';

/** The part of Nest's servers that says what they have subscribed to. */
export interface SubscribingServer {
  unwrap?(): unknown;
  getHandlers?(): unknown;
  /** What requests of a pattern are published to. An application may have its own. */
  getRequestPattern?(pattern: string): unknown;
}

/** A handler as a server keeps it. */
interface Handler {
  readonly isEventHandler?: unknown;
  readonly extras?: unknown;
}

/** What a server subscribes to for each of its handlers, as `bindEvents` of Nest's servers does (read in Nest 11.2.6 and 12.1.1). */
export function subscribedPatterns(server: SubscribingServer, guard: Guard): string[] {
  return subscribedHandlers(server, guard).map(([pattern]) => pattern);
}

/** The same, with the handler. */
export function subscribedHandlers(server: SubscribingServer, guard: Guard): [pattern: string, handler: Handler][] {
  const handlers = guard('getHandlers() of a microservice server', undefined, () => server.getHandlers?.());
  if (!(handlers instanceof Map)) return [];
  // Nest's own map, by pattern.
  return [...(handlers as Map<unknown, Handler>)].flatMap(([pattern, handler]) => {
    if (typeof pattern !== 'string') return [];
    if (handler.isEventHandler === true) return [[pattern, handler]];
    const requests = guard('getRequestPattern() of a server', undefined, () => server.getRequestPattern?.(pattern));
    return [[typeof requests === 'string' ? requests : pattern, handler]];
  });
}
