import { type NestInterceptor } from '@nestjs/common';
import { type AbstractHttpAdapter, MetadataScanner } from '@nestjs/core';
import { longevityForAll, longevityOf } from '../traffic/long-lived/long-lived.decorator.js';

/** The handler of a route as Nest gives it to the adapter: guards, interceptors, pipes and answer are in it. */
export type RouteHandler = (request: object, response: object, next?: unknown) => unknown;

/** `PATH_METADATA` and `INTERCEPTORS_METADATA` of @nestjs/common 11 and 12. */
const PATH = 'path';
const INTERCEPTORS = '__interceptors__';

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

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Puts what `replace` makes of a method in its place, on one object. Returns its undo. */
function replaceMethod(target: object, name: string, replace: (original: Method) => Method): () => void {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== 'function') return () => undefined;
  const own = Object.getOwnPropertyDescriptor(target, name);
  const value = replace(method as Method);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, own);
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

/** Adds an interceptor to the `@Sse()` methods of one instance, and to no other instance of its class. */
export function interceptEventStreams(instance: object, interceptor: NestInterceptor): void {
  for (const name of new MetadataScanner().getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
    const method: unknown = Reflect.get(instance, name);
    if (typeof method !== 'function' || longevityOf(method) !== 'event-stream') continue;
    // One that freezes itself keeps its method; its streams are ended like those that are written by hand.
    if (!Object.isExtensible(instance)) continue;
    // Nest's own list of classes and instances.
    const before = (Reflect.getMetadata(INTERCEPTORS, method) ?? []) as unknown[];
    replaceOnInstance(instance, { name, method, key: INTERCEPTORS, value: [...before, interceptor] });
  }
}

/**
 * Lets the routes of one controller say what its class says of all of them (`@LongLived()`): routes are registered
 * without their class, and inherited ones may be those of other controllers as well.
 */
export function markRoutesOfClass(instance: object): void {
  // As Nest finds the class of a controller.
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: unknown };
  const mark = longevityForAll(prototype.constructor);
  if (mark === undefined) return;
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    const method: unknown = Reflect.get(instance, name);
    if (typeof method !== 'function' || !Reflect.hasMetadata(PATH, method)) continue;
    if (Reflect.hasMetadata(mark.key, method)) continue;
    if (Object.isExtensible(instance)) replaceOnInstance(instance, { name, method, ...mark });
    // One that freezes itself keeps its methods; those it has inherited are not its own to mark.
    else if (Object.hasOwn(prototype, name)) Reflect.defineMetadata(mark.key, mark.value, method);
  }
}

interface Replacement {
  readonly name: string;
  readonly method: CallableFunction;
  /** Of the metadata it has besides. */
  readonly key: string | symbol;
  readonly value: unknown;
}

/** Puts a method in the place of another that only differs in metadata. */
function replaceOnInstance(instance: object, { name, method, key, value }: Replacement): void {
  const call = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(method, this, args);
  };
  const copy = resembling(call, method);
  Reflect.defineMetadata(key, value, copy);
  Object.defineProperty(instance, name, { value: copy, configurable: true, writable: true });
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
