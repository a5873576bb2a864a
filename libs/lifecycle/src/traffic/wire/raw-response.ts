/** Finds Node's response below the framework's; the same function for all routes of an application. */
export type RawResponse = (response: object) => object;

/** Express extends Node's response, Fastify has one of its own around it. */
export function rawResponse(response: object & { readonly raw?: unknown }): object {
  const { raw } = response;
  return typeof raw === 'object' && raw !== null ? raw : response;
}

/** The same where the framework is known, which saves a lookup for each request. */
export function rawResponseOf(isFastify: boolean): RawResponse {
  return isFastify ? rawResponse : (response) => response;
}
