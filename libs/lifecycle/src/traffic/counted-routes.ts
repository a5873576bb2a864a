import { rememberRoute } from './route.js';
import { trackedBy } from './tracked-request.js';

/** A handler as Nest registers it: with guards, pipes, interceptors and the answer in it. */
type RouteHandler = (request: object, response: object, next?: unknown) => unknown;

/** How Node's response is found below the framework's; the same for all routes of an application. */
export type RawResponse = (response: object) => object;

/** Express extends Node's response, Fastify has one of its own around it. */
export function rawResponseOf(isFastify: boolean): RawResponse {
  return isFastify ? (reply: object & { readonly raw?: object }) => reply.raw ?? reply : (response) => response;
}

interface CountedRoutes {
  /**
   * The same handler, known to run from its call until it is over: until its answer is given ({@link answers}), or, when
   * its response closes before, until its promise has settled. Fastify's promise waits for the answer to be sent, which
   * over HTTP/2 never happens when the client has gone.
   */
  readonly counted: (handler: RouteHandler, onStart?: (response: object) => void) => RouteHandler;
  /** Nest answers with what a handler has returned: it is over. */
  readonly answers: (response: object) => void;
}

/** Counts the handlers of the routes of one application. */
export function countedRoutes(rawResponse: RawResponse): CountedRoutes {
  return {
    counted: (handler, onStart) => (request, response, next) => {
      const raw = rawResponse(response);
      const tracked = trackedBy(raw);
      onStart?.(raw);
      // Its middleware may have answered, or its client have gone.
      if (tracked === undefined || !tracked.isOpen) return handler(request, response, next);
      if (raw !== response) rememberRoute(request, raw);
      tracked.isHandled = true;
      let result: unknown;
      try {
        result = handler(request, response, next);
      } finally {
        // Of another version or host, it may have passed the request on to a handler that runs now.
        if (isPromise(result)) tracked.outcome = both(tracked.outcome, result);
        else if (tracked.outcome === undefined) tracked.isHandled = false;
      }
      return result;
    },
    answers: (response) => {
      const tracked = trackedBy(rawResponse(response));
      if (tracked === undefined) return;
      tracked.isHandled = false;
      tracked.onAnswered?.();
    },
  };
}

function both(outer: PromiseLike<unknown> | undefined, inner: PromiseLike<unknown>): PromiseLike<unknown> {
  return outer === undefined ? inner : Promise.allSettled([outer, inner]);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
