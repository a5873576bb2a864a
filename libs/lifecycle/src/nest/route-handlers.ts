import { type NestInterceptor } from '@nestjs/common';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { replaceMethod } from '../patching/replace-method.js';

/** The handler of a route as Nest gives it to the adapter: guards, interceptors, pipes and answer are in it. */
export type RouteHandler = (request: object, response: object, next?: unknown) => unknown;

/** `PATH_METADATA` of @nestjs/common 11 and 12. */
const PATH = 'path';

/** The methods by which Nest 11 and 12 register routes (`REQUEST_METHOD_MAP`). */
const REGISTERING = [
  ...['get', 'post', 'put', 'delete', 'patch', 'all', 'options', 'head', 'search', 'query'],
  ...['propfind', 'proppatch', 'mkcol', 'copy', 'move', 'lock', 'unlock'],
];

/**
 * Lets `wrap` stand in for every handler that Nest registers with the adapter from now on. Nest copies the metadata of
 * a controller's method onto what it registers, which tells routes from middleware; Nest 11 leaves that out when
 * its devtools listen, and those routes stay as they are. Returns the undo.
 */
export function wrapRoutes(adapter: AbstractHttpAdapter, wrap: (handler: RouteHandler) => RouteHandler): () => void {
  const undo = REGISTERING.map((name) =>
    replaceMethod(adapter, name, (register) => (...args) => {
      const handler = wrapRoute(args.at(-1), wrap);
      return register.call(adapter, ...args.slice(0, -1), handler);
    }),
  );
  return () => {
    for (const restore of undo) restore();
  };
}

function wrapRoute(handler: unknown, wrap: (handler: RouteHandler) => RouteHandler): unknown {
  if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH, handler)) return handler;
  // Registered with a path by Nest itself: its own kind of handler.
  const wrapped = wrap(handler as RouteHandler);
  // Adapters read versions and options of the route from it.
  return resembling(wrapped, handler);
}

/** How Nest 11 and 12 answer once a handler has returned. */
const ANSWERING = ['reply', 'redirect', 'render'];

/** Calls `listener` with the response whenever Nest answers with what a handler has returned. Returns its undo. */
export function onAnswer(adapter: AbstractHttpAdapter, listener: (response: object) => void): () => void {
  const undo = ANSWERING.map((name) =>
    // All of them take three, and are called for every request.
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
 * While this holds, routes are registered without an interceptor that is global: the first of a chain costs a request
 * more than everything else this library does. Nest leaves out what has no `intercept`. Returns the undo.
 */
export function hideFromRoutes(interceptor: NestInterceptor): () => void {
  Object.defineProperty(interceptor, 'intercept', { value: undefined, configurable: true });
  return () => void Reflect.deleteProperty(interceptor, 'intercept');
}

/** With the name, the length, the fields and the metadata of another function. */
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
