import 'reflect-metadata';
import { MetadataScanner } from '@nestjs/core';

/** Where Nest 11 and 12 keep the parameters of a controller's methods, by kind and place (`1:0`), and `passthrough`. */
const PARAMETERS = '__routeArguments__';
const PASSTHROUGH = '__responsePassthrough__';
/** `RouteParamtypes.RESPONSE` and `RouteParamtypes.NEXT`. */
const RESPONSE_OR_NEXT = /^[12]:/;

const BY_HAND = Symbol.for('nestjs-lifecycle.by-hand');

/**
 * Marks the methods of a controller that answer by themselves, with `@Res()` or `@Next()` and without `passthrough`. Nest
 * copies the mark to what it registers, where the parameters can no longer be seen.
 */
export function markAnsweringByHand(controller: { readonly prototype: object }): void {
  for (const name of new MetadataScanner().getAllMethodNames(controller.prototype)) {
    const method: unknown = Reflect.get(controller.prototype, name);
    if (typeof method === 'function' && answersByHand(controller, name)) Reflect.defineMetadata(BY_HAND, true, method);
  }
}

/** Whether a registered handler answers by itself. */
export function isAnsweringByHand(handler: object): boolean {
  return Reflect.getMetadata(BY_HAND, handler) === true;
}

function answersByHand(controller: object, name: string): boolean {
  // Nest's own list, empty where a method has no decorated parameters.
  const parameters = (Reflect.getMetadata(PARAMETERS, controller, name) ?? {}) as object;
  if (Reflect.getMetadata(PASSTHROUGH, controller, name) === true) return false;
  return Object.keys(parameters).some((key) => RESPONSE_OR_NEXT.test(key));
}
