import 'reflect-metadata';

/** `SSE_METADATA` in the constants of @nestjs/common 11 and 12. */
const SSE = '__sse__';

/**
 * Whether a method is marked with `@Sse()`. Where Nest has changed, no method is, and its streams end like other
 * answers.
 */
export function isSseHandler(handler: object): boolean {
  return Reflect.getMetadata(SSE, handler) === true;
}
