import { describeError } from './lifecycle-error.js';

/** What is called, and what happens when it fails. */
export interface ForeignCall<T> {
  /** What logs and the report call it: `lateRequestBody()`, `a subscriber of phase$`. */
  readonly name: string;
  /** The answer in place of the one that failed. */
  readonly fallback: T;
  /** Gets what the code threw or rejected with, at most once for one call. */
  readonly onError: (name: string, error: unknown) => void;
}

/**
 * Calls code that is not ours: an option, a logger, a subscriber, a method of another library. Never throws. What the
 * code throws goes to `onError`, and the answer is the fallback. The code may be async although its type does not say
 * so: then its promise is returned as it is, and its rejection goes to `onError`, so that it ends no process.
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
 * As {@link callForeign}, and waits for the answer. Never rejects. It waits as long as the code takes: what may hang
 * needs a deadline around it.
 */
export async function awaitForeign<T>(what: ForeignCall<T>, call: () => T | PromiseLike<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    tell(what, error);
    return what.fallback;
  }
}

/** A reporter that tells of the first failure of each name alone: some code is called for every request. */
export function firstOfEach(report: ForeignCall<unknown>['onError']): ForeignCall<unknown>['onError'] {
  const told = new Set<string>();
  return (name, error) => {
    if (told.has(name)) return;
    told.add(name);
    report(name, error);
  };
}

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

/** The `then` of a foreign value may be a getter that throws, and may throw when it is called. */
function observe(what: ForeignCall<unknown>, answer: unknown): void {
  if ((typeof answer !== 'object' && typeof answer !== 'function') || answer === null) return;
  const then: unknown = Reflect.get(answer, 'then');
  if (typeof then !== 'function') return;
  let isTold = false;
  const rejected = (error: unknown): void => {
    if (!isTold) tell(what, error);
    isTold = true;
  };
  Reflect.apply(then, answer, [(): undefined => undefined, rejected]);
}

/** The one who is told writes to a logger of the application, which may throw as well. */
function tell({ name, onError }: ForeignCall<unknown>, error: unknown): void {
  try {
    onError(name, error);
  } catch {
    process.stderr.write(`[GracefulShutdown] ${name} failed, and so did its report\n`);
  }
}
