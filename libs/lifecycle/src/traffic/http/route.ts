import { type ServerResponse } from 'node:http';
import { patternOf, type RoutedRequest } from './routed-request.js';
import { trackedBy } from './tracked-request.js';

/**
 * Remembers the framework's request, so that the route can be named later. Fastify has its own request object beside
 * Node's. Express extends Node's, so there is nothing to remember.
 */
export function rememberRoute(request: RoutedRequest, raw: object): void {
  trackedBy(raw)?.routedAs(request);
}

/** The route of a request that was matched to none. */
const NO_ROUTE = '(no route)';

/** The route of a request whose body is still arriving: some frameworks look for the route only after that. */
const STILL_UPLOADING = '(still uploading)';

/** Whether what {@link routeOf} returned is not a pattern. */
export function isRouteless(route: string | undefined): boolean {
  return route === NO_ROUTE || route === STILL_UPLOADING;
}

/** The pattern a request was matched to (`/orders/:id`), never its path: a path may contain personal data. */
export function routeOf(response: ServerResponse): string {
  const { req: request } = response;
  const pattern = patternOf(trackedBy(response)?.routed ?? routeFields(request));
  return pattern ?? (request.complete ? NO_ROUTE : STILL_UPLOADING);
}

/** Express adds `route` to Node's own request, whose type does not have it. */
function routeFields(request: object): RoutedRequest {
  return 'route' in request && typeof request.route === 'object' && request.route !== null
    ? { route: request.route }
    : {};
}
