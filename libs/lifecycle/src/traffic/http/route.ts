import { type ServerResponse } from 'node:http';
import { patternOf, type RoutedRequest } from './routed-request.js';
import { trackedBy } from './tracked-request.js';

/**
 * Remembers the framework's request, so that the route can be named later. Fastify keeps its own request object beside
 * Node's; Express extends Node's, which needs no remembering.
 */
export function rememberRoute(request: RoutedRequest, raw: object): void {
  trackedBy(raw)?.routedAs(request);
}

/** What the route of a request is called that was matched to none. */
const NO_ROUTE = '(no route)';

/** What it is called while its body is on its way: frameworks may look for the route only when all of it is there. */
const STILL_UPLOADING = '(still uploading)';

/** Whether what {@link routeOf} says is no pattern. */
export function isRouteless(route: string | undefined): boolean {
  return route === NO_ROUTE || route === STILL_UPLOADING;
}

/** The pattern a request was matched to (`/orders/:id`), never its path: a path may carry somebody's data. */
export function routeOf(response: ServerResponse): string {
  const { req: request } = response;
  const pattern = patternOf(trackedBy(response)?.routed ?? routeFields(request));
  return pattern ?? (request.complete ? NO_ROUTE : STILL_UPLOADING);
}

/** Express hangs the route on Node's own request, which does not know of it. */
function routeFields(request: object): RoutedRequest {
  return 'route' in request && typeof request.route === 'object' && request.route !== null
    ? { route: request.route }
    : {};
}
