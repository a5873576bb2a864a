import { type Method, replaceMethod } from '../patching/replace-method.js';

const running = new WeakMap<object, number>();

/** Counts calls of methods of a client until what they return has settled. Returns the undo. */
export function countCalls(client: object, names: readonly string[]): () => void {
  const add = (count: number): void => void running.set(client, callsOf(client) + count);
  const counted = (original: Method): Method =>
    function (...args) {
      const answer = Reflect.apply(original, this, args);
      add(1);
      void Promise.allSettled([answer]).then(() => add(-1));
      return answer;
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
