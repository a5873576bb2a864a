import { inspect } from 'node:util';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { isObject } from './shape.js';

/** Names of closing methods, the most specific first. */
const CLOSE_METHODS = [
  Symbol.asyncDispose,
  'close',
  'quit',
  'end',
  'disconnect',
  '$disconnect',
  'dispose',
  'shutdown',
  'destroy',
  'terminate',
  'stop',
  'kill',
] as const;

/**
 * How to close something: the function itself, else the method `closeWith`, else the first of `Symbol.asyncDispose`,
 * `close`, `quit`, `end`, `disconnect`, `$disconnect`, `dispose`, `shutdown`, `destroy`, `terminate`, `stop`, `kill` that it has.
 *
 * @throws LifecycleError `NO_CLOSE_METHOD` when it has none of them.
 */
export function findCloser(name: string, target: object, closeWith?: string | symbol): (...args: unknown[]) => unknown {
  if (typeof target === 'function' && closeWith === undefined) {
    return (...args): unknown => Reflect.apply(target, undefined, args);
  }
  const candidates: readonly (string | symbol)[] = closeWith === undefined ? CLOSE_METHODS : [closeWith];
  for (const key of isObject(target) ? candidates : []) {
    const method: unknown = Reflect.get(target, key);
    if (typeof method === 'function') return (): unknown => Reflect.apply(method, target, []);
  }
  const words = candidates.map(String).join(', ');
  throw new LifecycleError(
    'NO_CLOSE_METHOD',
    // Only its class is shown: its fields may contain credentials.
    `register('${name}', …) does not know how to close ${inspect(target, { depth: -1 })}: it has none of ${words}. ` +
      `Type register('${name}', () => …) with a function that closes it, or { closeWith: 'nameOfTheMethod' }.`,
  );
}
