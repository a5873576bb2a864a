import { callForeign, firstOfEach, type ForeignCall } from './foreign-call.js';
import { describeError } from './lifecycle-error.js';

/**
 * Calls a method of Nest, of a library below it or of the application that may throw: being there does not mean that it
 * works. What fails is told once by its name, and the answer is the fallback.
 */
export type Guard = <T>(name: string, fallback: T, call: () => T) => T;

/** A guard that tells of the first failure of each name. */
export function createGuard(report: ForeignCall<unknown>['onError']): Guard {
  const onError = firstOfEach(report);
  return (name, fallback, call) => callForeign({ name, fallback, onError }, call);
}

/** For what is looked at before there is a log. */
export const guardToStderr = createGuard((name, error) => {
  process.stderr.write(`[GracefulShutdown] ${name} failed: ${describeError(error)}\n`);
});

/** How the class of an object is called in a log line. */
export function classNameOf(value: object): string {
  const found = guardToStderr('reading the class of an object', undefined, (): unknown => value.constructor);
  return typeof found === 'function' && found.name !== '' ? found.name : 'an object without a class';
}
