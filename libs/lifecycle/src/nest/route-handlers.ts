import { type NestInterceptor } from '@nestjs/common';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { replaceMethod, replaceMethods } from '../patching/replace-method.js';

/**
 * The handler of a route as Nest passes it to the adapter, including guards, interceptors, pipes and the sending of the
 * answer.
 */
export type RouteHandler = (request: object, response: object, next?: unknown) => unknown;

/** `PATH_METADATA` of @nestjs/common 11 and 12. */
const PATH = 'path';

/** The methods by which Nest 11 and 12 register routes (`REQUEST_METHOD_MAP`). */
const REGISTERING = [
  ...['get', 'post', 'put', 'delete', 'patch', 'all', 'options', 'head', 'search', 'query'],
  ...['propfind', 'proppatch', 'mkcol', 'copy', 'move', 'lock', 'unlock'],
];

/**
 * Replaces every handler that Nest registers with the adapter from now on by the result of `wrap`. Nest copies the
 * metadata of a controller's method onto what it registers, by which a route is told from a middleware. Nest 11 does
 * not copy it while its devtools listen, and those routes are not wrapped. Returns the undo.
 */
export function wrapRoutes(adapter: AbstractHttpAdapter, wrap: (handler: RouteHandler) => RouteHandler): () => void {
  return replaceMethods(adapter, REGISTERING, (register) => (...args) => {
    const handler = wrapRoute(args.at(-1), wrap);
    return register.call(adapter, ...args.slice(0, -1), handler);
  });
}

function wrapRoute(handler: unknown, wrap: (handler: RouteHandler) => RouteHandler): unknown {
  if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH, handler)) return handler;
  // It has a path, so Nest made it, with this signature.
  const wrapped = wrap(handler as RouteHandler);
  // Adapters read versions and options of the route from the handler.
  return resembling(wrapped, handler);
}

/** The methods by which Nest 11 and 12 answer once a handler has returned. */
const ANSWERING = ['reply', 'redirect', 'render'];

/** Calls `listener` with the response whenever Nest answers with a handler's result. Returns its undo. */
export function onAnswer(adapter: AbstractHttpAdapter, listener: (response: object) => void): () => void {
  const undo = ANSWERING.map((name) =>
    // All of them take three arguments. They are named, and not collected in an array, because this runs for every
    // request.
    replaceMethod(adapter, name, (answer) => (response: unknown, second: unknown, third: unknown) => {
      if (typeof response === 'object' && response !== null) listener(response);
      return answer.call(adapter, response, second, third);
    }),
  );
  return () => {
    for (const restore of undo) restore();
  };
}

/**
 * While this is on, routes are registered without our global interceptor: the first interceptor of a route costs a
 * request more than everything else that this library does. Nest skips an interceptor without `intercept`. Returns the
 * undo.
 */
export function hideFromRoutes(interceptor: NestInterceptor): () => void {
  Object.defineProperty(interceptor, 'intercept', { value: undefined, configurable: true });
  return () => void Reflect.deleteProperty(interceptor, 'intercept');
}

/** Gives a function the name, the length, the fields and the metadata of another one. */
function resembling<T extends object>(copy: T, original: object): T {
  Object.assign(copy, original);
  for (const key of Reflect.getMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), copy);
  }
  for (const key of ['name', 'length']) {
    Object.defineProperty(copy, key, { value: Reflect.get(original, key), configurable: true });
  }
  return copy;
}
