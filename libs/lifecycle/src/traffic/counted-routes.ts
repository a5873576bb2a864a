import { isPromiseLike } from './promise-like.js';
import { type RawResponse } from './raw-response.js';
import { patternOf, rememberRoute } from './route.js';
import { trackedBy, type TrackedRequest } from './tracked-request.js';

/** A handler as Nest registers it: with guards, pipes, interceptors and the answer in it. */
type RouteHandler = (request: object, response: object, next?: unknown) => unknown;

/** What is known of a route when it is registered. */
export interface RouteTraits {
  /** Called with the raw response before the handler. */
  readonly onStart?: ((response: object) => void) | undefined;
  /** Whether its handler answers by itself (`@Res()`), so that Nest does not say when it has. */
  readonly answersByHand?: boolean;
  /** What calls of the controller's method are called in a stack: `Orders.pay`. */
  readonly frame?: string | undefined;
}

interface CountedRoutes {
  /**
   * The same handler, known to run from its call until it is over: until its answer is given ({@link answers}), or, when
   * its response closes before, until its promise has settled. Fastify's promise waits for the answer to be sent, which
   * over HTTP/2 never happens when the client has gone.
   */
  readonly counted: (handler: RouteHandler, traits?: RouteTraits) => RouteHandler;
  /** Nest answers with what a handler has returned: it is over. */
  readonly answers: (response: object) => void;
}

/** Counts the handlers of the routes of one application. */
export function countedRoutes(
  rawResponse: RawResponse,
  untracked: (response: object) => void = () => undefined,
): CountedRoutes {
  return {
    counted:
      (handler, { onStart, answersByHand = false, frame } = {}) =>
      (request, response, next) => {
        const raw = rawResponse(response);
        const tracked = trackedOrFound(raw, untracked);
        onStart?.(raw);
        // Its middleware may have answered, or its client have gone.
        if (tracked === undefined || !tracked.isOpen) return handler(request, response, next);
        if (raw !== response) rememberRoute(request, raw);
        if (tracked.kind === 'exempt') tracked.connection.routed(tracked, patternOf(request));
        tracked.isHandled = true;
        tracked.frame = frame;
        if (answersByHand) whileAwaited(response, (isAwaited) => awaitsAnswer(tracked, isAwaited));
        let result: unknown;
        try {
          result = handler(request, response, next);
        } finally {
          // Of another version or host, it may have passed the request on to a handler that runs now.
          if (isPromiseLike(result)) tracked.outcome = both(tracked.outcome, result);
          else if (tracked.outcome === undefined) tracked.isHandled = false;
        }
        if (answersByHand) endWithOutcome(tracked);
        return result;
      },
    answers: (response) => {
      const tracked = trackedBy(rawResponse(response));
      if (tracked !== undefined) end(tracked);
    },
  };
}

/** A request by a server that is not followed may show it. */
function trackedOrFound(raw: object, untracked: (response: object) => void): TrackedRequest | undefined {
  if (trackedBy(raw) === undefined) untracked(raw);
  return trackedBy(raw);
}

function end(tracked: TrackedRequest): void {
  tracked.isHandled = false;
  tracked.onAnswered?.();
}

/** Fastify's answer to a stream of HTTP/2 that is closed never comes to an end: who begins to wait for it does nothing more. */
function awaitsAnswer(tracked: TrackedRequest, isAwaited: boolean): void {
  tracked.awaitsAnswer = isAwaited;
  if (isAwaited && !tracked.isOpen && tracked.connection.isHttp2) end(tracked);
}

/** Its handler is over with its promise, unless it has passed the request on to another. */
function endWithOutcome(tracked: TrackedRequest): void {
  const { outcome } = tracked;
  const over = (): void => (tracked.outcome === outcome ? end(tracked) : undefined);
  outcome?.then(over, over);
}

/**
 * Tells when somebody begins and ends to wait for a reply of Fastify, which can be awaited: Nest does, once a handler
 * that answers by hand has returned. https://fastify.dev/docs/latest/Reference/Reply/#thenfulfilled-rejected
 */
function whileAwaited(reply: object, tell: (isAwaited: boolean) => void): void {
  const then: unknown = Reflect.get(reply, 'then');
  if (typeof then !== 'function') return;
  const told = (fulfilled: () => void, rejected: (error: unknown) => void): void => {
    tell(true);
    const sent = (): void => {
      tell(false);
      fulfilled();
    };
    const failed = (error: unknown): void => {
      tell(false);
      rejected(error);
    };
    Reflect.apply(then, reply, [sent, failed]);
  };
  Reflect.set(reply, 'then', told);
}

function both(outer: PromiseLike<unknown> | undefined, inner: PromiseLike<unknown>): PromiseLike<unknown> {
  return outer === undefined ? inner : Promise.allSettled([outer, inner]);
}
