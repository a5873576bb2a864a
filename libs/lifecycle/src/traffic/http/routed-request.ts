/** What Express 5 and Fastify 5 add to a request about its route. */
export interface RoutedRequest {
  readonly route?: { readonly path?: unknown };
  readonly routeOptions?: { readonly url?: unknown };
  readonly raw?: object;
}

/** The pattern a framework's request was matched to, if any. */
export function patternOf(request: RoutedRequest): string | undefined {
  const pattern = request.routeOptions?.url ?? request.route?.path;
  return typeof pattern === 'string' ? pattern : undefined;
}
