import { trackedBy } from './tracked-request.js';
import { rawResponse } from './work-key.js';

type RouteHandler = (request: object, response: object, next?: unknown) => unknown;

/**
 * The same handler of a route, known to run from its call until it is over: until its answer is given
 * ({@link routeAnswers}), or, when its response closes before, until its promise has settled. Fastify's promise waits
 * for the answer to be sent, which over HTTP/2 never happens when the client has gone.
 */
export function counted(handler: RouteHandler, onStart?: (response: object) => void): RouteHandler {
  return (request, response, next) => {
    const raw = rawResponse(request, response);
    const tracked = trackedBy(raw);
    onStart?.(raw);
    // Its middleware may have answered, or its client have gone.
    if (tracked === undefined || !tracked.isOpen) return handler(request, response, next);
    tracked.isHandled = true;
    let result: unknown;
    try {
      result = handler(request, response, next);
    } finally {
      if (isPromise(result)) tracked.outcome = result;
      else tracked.isHandled = false;
    }
    return result;
  };
}

/** Nest answers with what a handler has returned: it is over. */
export function routeAnswers(response: object & { readonly raw?: unknown }): void {
  const raw = typeof response.raw === 'object' && response.raw !== null ? response.raw : response;
  const tracked = trackedBy(raw);
  if (tracked === undefined) return;
  tracked.isHandled = false;
  tracked.onAnswered?.();
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
