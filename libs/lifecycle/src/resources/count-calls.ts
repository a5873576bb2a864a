import { types } from 'node:util';
import { type Method, replaceMethod } from '../patching/replace-method.js';

const running = new WeakMap<object, number>();

/**
 * Counts calls of methods of a client until what they return has settled. Returns the undo.
 *
 * @param counts whether a call with these arguments counts; every call does by default
 */
export function countCalls(
  client: object,
  names: readonly string[],
  counts: (args: readonly unknown[]) => boolean = () => true,
): () => void {
  const add = (count: number): void => void running.set(client, callsOf(client) + count);
  const counted = (original: Method): Method =>
    function (...args) {
      const answer = Reflect.apply(original, this, args);
      if (!types.isPromise(answer) || !counts(args)) return answer;
      add(1);
      // The caller gets the rejection, as without the wrapper.
      return answer.finally(() => add(-1));
    };
  const undo = names.map((name) => replaceMethod(client, name, counted));
  return () => {
    for (const each of undo) each();
  };
}

/** How many of them have not settled. */
export function callsOf(client: object): number {
  return running.get(client) ?? 0;
}
