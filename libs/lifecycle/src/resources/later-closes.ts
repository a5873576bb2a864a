import { types } from 'node:util';
import { type Method, replaceMethod } from '../patching/replace-method.js';

/** Calls of the methods that close a client. */
interface Closes {
  readonly isClosed: () => boolean;
  /** The one that closes it now. */
  running: Promise<unknown> | undefined;
}

/**
 * From now on a client may be closed as often as code likes. The library has begun to close it, code of the application behind `app.close()` may
 * do so as well, and these methods fail on a client that is closed. The first call closes it, and those after it end with that one. A
 * client that was opened again is closed by the next call.
 *
 * @param names methods that close it; with a callback as the last argument, or with a promise
 */
export function answerLaterCloses(client: object, names: readonly string[], isClosed: () => boolean): void {
  const closes: Closes = { isClosed, running: undefined };
  for (const name of names) replaceMethod(client, name, (original) => answering(original, closes));
}

function answering(original: Method, closes: Closes): Method {
  return function (...args) {
    const isFirst = closes.running === undefined && !closes.isClosed();
    return isFirst ? closeFirst(original, { self: this, args }, closes) : answer(args.at(-1), closes);
  };
}

/** Ends a later call with the one that closes the client, or at once. */
function answer(tell: unknown, { running = Promise.resolve() }: Closes): unknown {
  if (!isFunction(tell)) return running;
  void running.then(
    () => tell(),
    (error: unknown) => tell(error),
  );
  return undefined;
}

function closeFirst(original: Method, call: { self: unknown; args: readonly unknown[] }, closes: Closes): unknown {
  const { self, args } = call;
  const end = (): void => {
    closes.running = undefined;
  };
  const tell = args.at(-1);
  if (isFunction(tell)) {
    const { promise, settle } = settledWith(tell);
    closes.running = promise;
    void promise.then(end, end);
    return Reflect.apply(original, self, [...args.slice(0, -1), settle]);
  }
  const closing = Reflect.apply(original, self, args);
  if (!types.isPromise(closing)) return closing;
  // The caller gets the rejection, as without the wrapper.
  closes.running = closing.finally(end);
  return closes.running;
}

/** A callback that settles a promise as well. */
function settledWith(tell: (...args: readonly unknown[]) => unknown) {
  let settle = tell;
  const promise = new Promise<unknown>((resolve, reject) => {
    settle = (...args): unknown => {
      const [error] = args;
      if (error instanceof Error) reject(error);
      else resolve(undefined);
      return tell(...args);
    };
  });
  return { promise, settle };
}

function isFunction(value: unknown): value is (...args: readonly unknown[]) => unknown {
  return typeof value === 'function';
}
