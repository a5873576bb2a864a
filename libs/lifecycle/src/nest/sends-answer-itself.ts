import 'reflect-metadata';
import { type RouteMethod } from './route-methods.js';

/** The metadata in which Nest 11 and 12 keep the parameters of a controller's methods, by kind and place (`1:0`), and `passthrough`. */
const PARAMETERS = '__routeArguments__';
const PASSTHROUGH = '__responsePassthrough__';
/** `RouteParamtypes.RESPONSE` and `RouteParamtypes.NEXT`. */
const RESPONSE_OR_NEXT = /^[12]:/;

/** Whether the handler of a route sends the answer itself, with `@Res()` or `@Next()` and without `passthrough`. */
export function sendsAnswerItself({ owner, name }: RouteMethod): boolean {
  // Nest's own list, empty where a method has no decorated parameters.
  const parameters = (Reflect.getMetadata(PARAMETERS, owner, name) ?? {}) as object;
  if (Reflect.getMetadata(PASSTHROUGH, owner, name) === true) return false;
  return Object.keys(parameters).some((key) => RESPONSE_OR_NEXT.test(key));
}
