import { type RawResponse } from '../wire/raw-response.js';
import { patternOf } from '../http/routed-request.js';
import { rememberRoute } from '../http/route.js';
import { trackedBy, type TrackedRequest } from '../http/tracked-request.js';

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
        tracked.handlerCalled(frame);
        if (answersByHand) whileAwaited(response, (isAwaited) => tracked.handlerAwaitsAnswer(isAwaited));
        let result: unknown;
        try {
          result = handler(request, response, next);
        } finally {
          tracked.handlerReturned(result);
        }
        if (answersByHand) tracked.handlerOverWithOutcome();
        return result;
      },
    answers: (response) => {
      trackedBy(rawResponse(response))?.handlerOver();
    },
  };
}

/** A request by a server that is not followed may show it. */
function trackedOrFound(raw: object, untracked: (response: object) => void): TrackedRequest | undefined {
  if (trackedBy(raw) === undefined) untracked(raw);
  return trackedBy(raw);
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
