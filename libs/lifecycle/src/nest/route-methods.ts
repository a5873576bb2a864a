import 'reflect-metadata';
import { type NestInterceptor } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { longevityOf } from '../traffic/long-lived/long-lived.decorator.js';

/** The method behind a route, as the user wrote it, and the class of the controller that Nest registers it for. */
export interface RouteMethod {
  readonly name: string;
  readonly method: object;
  readonly owner: object;
}

/** As Nest keeps a controller. */
export interface ControllerWrapper {
  readonly instance: unknown;
}

/** `PATH_METADATA` and `INTERCEPTORS_METADATA` of @nestjs/common 11 and 12. */
const PATH = 'path';
const INTERCEPTORS = '__interceptors__';
const ROUTE = Symbol('nestjs-lifecycle.route');

/** The method of a route that Nest is registering; `undefined` for what is no route, or where Nest says nothing. */
export function routeMethodOf(handler: object): RouteMethod | undefined {
  const route: unknown = Reflect.getOwnMetadata(ROUTE, handler);
  // Only this file puts something there.
  return route === undefined ? undefined : (route as RouteMethod);
}

/**
 * Lets Nest tell which method and which controller a route belongs to, and gives `@Sse()` methods one more interceptor,
 * the innermost. No user's function is replaced: guards and interceptors know handlers by identity. Nest copies the
 * metadata of a method to what it registers, so the method has a little more metadata while Nest reads it, and has lost
 * it again by the end of the turn: Nest looks at `wrapper.instance` first, and registers all routes in one turn. Read in
 * Nest 11.0 to 12.5; where that changes, event streams end like those that are written by hand, and `@LongLived()` on a
 * class is not seen. Returns the undo.
 */
export function labelRoutes(wrappers: readonly ControllerWrapper[], eventStreams: NestInterceptor): () => void {
  const labels = new Labels(eventStreams);
  const undo = wrappers.map((wrapper) => onInstanceRead(wrapper, (instance) => labels.put(instance)));
  return () => {
    labels.remove();
    for (const restore of undo) restore();
  };
}

/** What the methods of controllers have on them while Nest reads it. */
class Labels {
  readonly #labelled = new Set<object>();
  #removeInterceptors: (() => void)[] = [];

  constructor(private readonly eventStreams: NestInterceptor) {}

  put(instance: unknown): void {
    if (typeof instance !== 'object' || instance === null) return;
    if (this.#labelled.size === 0) queueMicrotask(() => this.remove());
    // A method may be inherited by several controllers, of which each may say something else of its routes.
    this.#withdrawInterceptors();
    for (const route of routesOf(instance)) this.#label(route);
  }

  remove(): void {
    this.#withdrawInterceptors();
    for (const method of this.#labelled) Reflect.deleteMetadata(ROUTE, method);
    this.#labelled.clear();
  }

  #label(route: RouteMethod): void {
    const { method, owner } = route;
    // With a conflict policy, Nest 12 registers the routes when it has read all controllers: the last one is known then.
    Reflect.defineMetadata(ROUTE, route, method);
    this.#labelled.add(method);
    if (longevityOf(method, owner) === 'event-stream') this.#intercept(method);
  }

  #intercept(method: object): void {
    const hadOwn = Reflect.hasOwnMetadata(INTERCEPTORS, method);
    // Nest's own list of classes and instances.
    const before = (Reflect.getMetadata(INTERCEPTORS, method) ?? []) as unknown[];
    Reflect.defineMetadata(INTERCEPTORS, [...before, this.eventStreams], method);
    this.#removeInterceptors.push(() => {
      if (hadOwn) Reflect.defineMetadata(INTERCEPTORS, before, method);
      else Reflect.deleteMetadata(INTERCEPTORS, method);
    });
  }

  #withdrawInterceptors(): void {
    for (const remove of this.#removeInterceptors.splice(0)) remove();
  }
}

/** Found as Nest finds the methods of a controller, and its class. */
function routesOf(instance: object): RouteMethod[] {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor: object };
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const method: unknown = Reflect.get(instance, name);
    if (typeof method !== 'function' || !Reflect.hasMetadata(PATH, method)) return [];
    return [{ name, method, owner: prototype.constructor }];
  });
}

/** `instance` is an accessor of the wrapper's class; read in Nest 11.0 to 12.5. */
function onInstanceRead(wrapper: object, onRead: (instance: unknown) => void): () => void {
  const accessor = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(wrapper), 'instance');
  if (accessor?.get === undefined || Object.hasOwn(wrapper, 'instance')) return () => undefined;
  const read = accessor.get.bind(wrapper) as () => unknown;
  const isPut = Reflect.defineProperty(wrapper, 'instance', {
    ...accessor,
    configurable: true,
    get: () => {
      const instance = read();
      onRead(instance);
      return instance;
    },
  });
  return () => void (isPut && Reflect.deleteProperty(wrapper, 'instance'));
}
