import { types } from 'node:util';
import { isObservable, Observable } from 'rxjs';
import { guardToStderr } from '../errors/foreign-call.js';
import { isObject } from '../errors/foreign-value.js';
import { type Method, replaceMethod } from '../patching/replace-method.js';

/** Begins to count; what it returns ends that. */
export type StartCount = () => () => void;

/**
 * Calls a method, and counts it until what it returns has settled. The caller gets what the method returns or throws:
 *
 * - a promise of the language, as the one that follows it: it settles a moment later, once the count is over;
 * - an Observable as one like it, which counts each subscription. A Subject is returned as it is, and not counted;
 * - another object with a `then` as it is: it counts from its first `then()`, since some begin their work only there.
 */
export function countCall(start: StartCount, call: () => unknown): unknown {
  const done = start();
  let answer: unknown;
  try {
    answer = call();
  } catch (error) {
    done();
    throw error;
  }
  if (isPlainPromise(answer)) return countPromise(answer, done);
  done();
  return countLater(answer, start) ?? answer;
}

/** What work is counted that begins later; what is returned in place of the answer, where that has to be something else. */
function countLater(answer: unknown, start: StartCount): Observable<unknown> | undefined {
  // Whatever it is, its members may throw. It is not handed on from here, where it would be awaited.
  return guardToStderr('looking at what a method with @TrackInFlight() returns', undefined, () => {
    if (isObservable(answer)) return isSubject(answer) ? undefined : countObservable(answer, start);
    if (isThenable(answer)) countThenable(answer, start);
    return undefined;
  });
}

/** Not one with members of its own, which some clients return. Node puts symbols on any. */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (!types.isPromise(value) || Object.getPrototypeOf(value) !== Promise.prototype) return false;
  return Object.getOwnPropertyNames(value).length === 0;
}

async function countPromise(answer: Promise<unknown>, done: () => void): Promise<unknown> {
  try {
    return await answer;
  } finally {
    done();
  }
}

/** What `pipe()` makes of a Subject is one as well, by its methods; it has an operator. */
function isSubject(value: Observable<unknown>): boolean {
  return typeof Reflect.get(value, 'next') === 'function' && Reflect.get(value, 'operator') === undefined;
}

function countObservable(answer: Observable<unknown>, start: StartCount): Observable<unknown> {
  return new Observable((subscriber) => {
    const done = start();
    const subscription = answer.subscribe(subscriber);
    subscription.add(done);
    return subscription;
  });
}

function isThenable(value: unknown): value is object {
  return isObject(value) && typeof Reflect.get(value, 'then') === 'function';
}

function countThenable(answer: object, start: StartCount): void {
  const undo = replaceMethod(answer, 'then', (original): Method => {
    return function then(this: unknown, fulfilled: unknown, rejected: unknown, ...rest: unknown[]): unknown {
      undo();
      const done = start();
      const after = (handler: unknown, otherwise: (value: unknown) => unknown) => (value: unknown) => {
        done();
        return typeof handler === 'function'
          ? (Reflect.apply(handler, undefined, [value]) as unknown)
          : otherwise(value);
      };
      const rethrow = (error: unknown): never => {
        throw error;
      };
      try {
        return Reflect.apply(original, this, [after(fulfilled, (value) => value), after(rejected, rethrow), ...rest]);
      } catch (error) {
        done();
        throw error;
      }
    };
  });
}
