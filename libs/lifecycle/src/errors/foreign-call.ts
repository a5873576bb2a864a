import { describeError } from './lifecycle-error.js';

/** A call of foreign code, and what happens when it fails. */
export interface ForeignCall<T> {
  /** Its name in logs and in the report: `lateRequestBody()`, `a subscriber of phase$`. */
  readonly name: string;
  /** The result when the call fails. */
  readonly fallback: T;
  /** Called with what the code threw or rejected with, at most once for one call. */
  readonly onError: (name: string, error: unknown) => void;
}

/**
 * Calls code that is not ours: an option, a logger, a subscriber, a method of another library. Never throws. An error
 * of the code goes to `onError`, and the result is the fallback. The code may be async although its type does not say
 * so: then its promise is returned as it is, and a rejection goes to `onError`, so that it does not end the process.
 */
export function callForeign<T>(what: ForeignCall<T>, call: () => T): T {
  try {
    const answer = call();
    observe(what, answer);
    return answer;
  } catch (error) {
    tell(what, error);
    return what.fallback;
  }
}

/**
 * As {@link callForeign}, and waits for the result. Never rejects. It waits as long as the code takes: code that may
 * hang needs a deadline around it.
 */
export async function awaitForeign<T>(what: ForeignCall<T>, call: () => T | PromiseLike<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    tell(what, error);
    return what.fallback;
  }
}

/** Reports only the first failure of each name: some code is called for every request. */
export function firstOfEach(report: ForeignCall<unknown>['onError']): ForeignCall<unknown>['onError'] {
  const told = new Set<string>();
  return (name, error) => {
    if (told.has(name)) return;
    told.add(name);
    report(name, error);
  };
}

/**
 * Calls a method of Nest, of a library below it or of the application, which may throw. A failure is reported once for
 * its name, and the result is the fallback.
 */
export type Guard = <T>(name: string, fallback: T, call: () => T) => T;

/** A guard that reports the first failure of each name. */
export function createGuard(report: ForeignCall<unknown>['onError']): Guard {
  const onError = firstOfEach(report);
  return (name, fallback, call) => callForeign({ name, fallback, onError }, call);
}

/** The guard for code that runs before there is a log. */
export const guardToStderr = createGuard((name, error) => {
  process.stderr.write(`[GracefulShutdown] ${name} failed: ${describeError(error)}\n`);
});

/** The name of an object's class in a log line. */
export function classNameOf(value: object): string {
  const found = guardToStderr('reading the class of an object', undefined, (): unknown => value.constructor);
  return typeof found === 'function' && found.name !== '' ? found.name : 'an object without a class';
}

/**
 * A foreign value that is needed now, as it is. A promise in its place is an error at once, and its rejection goes to `onError`.
 *
 * @throws TypeError for a promise, and what reading the value throws: it is read inside of {@link callForeign}
 */
export function valueNow(what: Omit<ForeignCall<unknown>, 'fallback'>, value: unknown): unknown {
  if (observe(what, value)) throw new TypeError('a promise came where a value is expected. Return the value itself.');
  return value;
}

/**
 * Handles the rejection of a promise, and says whether it is one. `then` of a foreign value may be a getter that throws, and may throw when it is
 * called.
 */
function observe(what: Omit<ForeignCall<unknown>, 'fallback'>, answer: unknown): boolean {
  if ((typeof answer !== 'object' && typeof answer !== 'function') || answer === null) return false;
  const then: unknown = Reflect.get(answer, 'then');
  if (typeof then !== 'function') return false;
  let isTold = false;
  const rejected = (error: unknown): void => {
    if (!isTold) tell(what, error);
    isTold = true;
  };
  Reflect.apply(then, answer, [(): undefined => undefined, rejected]);
  return true;
}

/** Calls `onError`, which writes to a logger of the application and may throw as well. */
function tell({ name, onError }: Omit<ForeignCall<unknown>, 'fallback'>, error: unknown): void {
  try {
    onError(name, error);
  } catch {
    process.stderr.write(`[GracefulShutdown] ${name} failed, and so did its report\n`);
  }
}
