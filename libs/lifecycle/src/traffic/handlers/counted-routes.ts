import { type RawResponse } from '../wire/raw-response.js';
import { patternOf } from '../http/routed-request.js';
import { trackedBy, type TrackedRequest } from '../http/tracked-request.js';

/** A handler as Nest registers it, including guards, pipes, interceptors and the sending of the answer. */
type RouteHandler = (request: object, response: object, next?: unknown) => unknown;

/** What is known of a route when it is registered. */
export interface RouteTraits {
  /** Called with the raw response before the handler. */
  readonly onStart?: ((response: object) => void) | undefined;
  /** Whether its handler sends the answer itself (`@Res()`), so that Nest does not report when it is over. */
  readonly sendsAnswerItself?: boolean;
  /** The name of the controller's method in a stack trace: `Orders.pay`. */
  readonly frame?: string | undefined;
}

interface CountedRoutes {
  /**
   * The same handler, counted from its call until it is over: until it has its result ({@link answers}), or, when its
   * response closes before that, until its promise has settled. Fastify's promise waits for the answer to be sent,
   * which over HTTP/2 never happens when the client has gone.
   */
  readonly counted: (handler: RouteHandler, traits?: RouteTraits) => RouteHandler;
  /** Nest is about to send what a handler has returned, so the handler is over. */
  readonly answers: (response: object) => void;
}

/** Counts the handlers of the routes of one application. */
export function countedRoutes(
  rawResponse: RawResponse,
  untracked: (response: object) => void = () => undefined,
): CountedRoutes {
  // A request without a record is from a server that is not followed yet, which `untracked` may add.
  const found = (raw: object): TrackedRequest | undefined => {
    untracked(raw);
    return trackedBy(raw);
  };
  return {
    counted:
      (handler, { onStart, sendsAnswerItself = false, frame } = {}) =>
      (request, response, next) => {
        const raw = rawResponse(response);
        const tracked = trackedBy(raw) ?? found(raw);
        onStart?.(raw);
        // A middleware may have answered, or the client may have gone.
        if (tracked === undefined || !tracked.isOpen) return handler(request, response, next);
        if (raw !== response) tracked.routedAs(request);
        if (tracked.kind === 'exempt') tracked.connection.routed(tracked, patternOf(request));
        tracked.handlerCalled(frame);
        if (sendsAnswerItself) onAwaited(response, (isAwaited) => tracked.handlerAwaitsAnswer(isAwaited));
        let result: unknown;
        try {
          result = handler(request, response, next);
        } finally {
          tracked.handlerReturned(result);
        }
        if (sendsAnswerItself) tracked.handlerOverWithOutcome();
        return result;
      },
    answers: (response) => {
      trackedBy(rawResponse(response))?.handlerOver();
    },
  };
}

/**
 * Reports when a wait for a reply of Fastify, which can be awaited, begins and ends. Nest awaits it once a handler has
 * returned that sends its answer itself. https://fastify.dev/docs/latest/Reference/Reply/#thenfulfilled-rejected
 */
function onAwaited(reply: object, listener: (isAwaited: boolean) => void): void {
  const then: unknown = Reflect.get(reply, 'then');
  if (typeof then !== 'function') return;
  const followed = (fulfilled: () => void, rejected: (error: unknown) => void): void => {
    listener(true);
    const sent = (): void => {
      listener(false);
      fulfilled();
    };
    const failed = (error: unknown): void => {
      listener(false);
      rejected(error);
    };
    Reflect.apply(then, reply, [sent, failed]);
  };
  Reflect.set(reply, 'then', followed);
}
