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

/** The part of Nest's record of a controller that is used here. */
export interface ControllerWrapper {
  readonly instance: unknown;
}

/** `PATH_METADATA` and `INTERCEPTORS_METADATA` of @nestjs/common 11 and 12. */
const PATH = 'path';
const INTERCEPTORS = '__interceptors__';
const ROUTE = Symbol('nestjs-lifecycle.route');

/**
 * The method of a route that Nest is registering; `undefined` for a middleware, or where Nest has not copied the label.
 */
export function routeMethodOf(handler: object): RouteMethod | undefined {
  const route: unknown = Reflect.getOwnMetadata(ROUTE, handler);
  // Only this file sets that metadata.
  return route === undefined ? undefined : (route as RouteMethod);
}

/**
 * Labels the methods of controllers, so that a route shows which method and controller it belongs to, and adds an
 * innermost interceptor to `@Sse()` methods. No function of the user is replaced, because guards and interceptors
 * identify handlers by it. Nest copies the metadata of a method to the handler that it registers. So the labels are
 * added as metadata when Nest reads `wrapper.instance`, which it does first, and removed at the end of the turn, in
 * which it registers all routes. Read in Nest 11.0 to 12.5. Where that changes, event streams end like those that a
 * handler writes by itself, and `@LongLived()` on a class has no effect. Returns the undo.
 */
export function labelRoutes(wrappers: readonly ControllerWrapper[], eventStreams: NestInterceptor): () => void {
  const labels = new Labels(eventStreams);
  const undo = wrappers.map((wrapper) => onInstanceRead(wrapper, (instance) => labels.put(instance)));
  return () => {
    labels.remove();
    for (const restore of undo) restore();
  };
}

/** The metadata on the methods of controllers while Nest reads it. */
class Labels {
  readonly #labelled = new Set<object>();
  #removeInterceptors: (() => void)[] = [];

  constructor(private readonly eventStreams: NestInterceptor) {}

  put(instance: unknown): void {
    if (typeof instance !== 'object' || instance === null) return;
    if (this.#labelled.size === 0) queueMicrotask(() => this.remove());
    // Several controllers may inherit a method, with different marks on their classes.
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
    // Overwrites an earlier label: with a conflict policy, Nest 12 registers the routes after it has read all
    // controllers, and the last one is known then.
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

/** The routes of a controller, found as Nest finds its methods and its class. */
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
