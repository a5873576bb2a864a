import { inspect, types } from 'node:util';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { isObject } from './shape.js';

/** A way to close something: a function, or a method with what it belongs to. */
export type CloseCall = (...args: unknown[]) => unknown;

/** Names of methods that close in an orderly way, the most specific first. */
const ORDERLY = [
  Symbol.asyncDispose,
  'close',
  'quit',
  'end',
  'disconnect',
  '$disconnect',
  'shutdown',
  'dispose',
  Symbol.dispose,
] as const;
/** Names that may mean a pause, or giving something back. */
const MILD = ['stop', 'release'];
/** Names of methods that often cut what still runs. */
const DESTRUCTIVE = ['destroy', 'terminate', 'kill'];

const ALL: readonly (string | symbol)[] = [...ORDERLY, ...MILD, ...DESTRUCTIVE];

/**
 * How to close something: the function itself, else the method `closeWith`, else the first of `Symbol.asyncDispose`, `close`,
 * `quit`, `end`, `disconnect`, `$disconnect`, `shutdown`, `dispose`, `Symbol.dispose` that it has. Without any of these it is the one
 * of `stop`, `release`, `destroy`, `terminate`, `kill` that it has: between two of them nothing is chosen, where one of them cuts.
 *
 * @throws LifecycleError `NO_CLOSE_METHOD` when it has none of them, when it has several, or when it is a class or a promise
 */
export function findCloser(name: string, target: unknown, closeWith?: string | symbol): CloseCall {
  refuseMistakes(name, target);
  if (typeof target === 'function' && closeWith === undefined) {
    return (...args): unknown => Reflect.apply(target, undefined, args);
  }
  const key = closeWith ?? choose(name, target);
  const method = methodOf(target, key);
  if (key === undefined || method === undefined) throw unknownWay(name, target, closeWith);
  return (): unknown => Reflect.apply(method, target, []);
}

function choose(name: string, target: unknown): string | symbol | undefined {
  const has = (key: string | symbol): boolean => methodOf(target, key) !== undefined;
  const orderly = ORDERLY.find(has);
  if (orderly !== undefined) return orderly;
  const [first, ...others] = [...MILD, ...DESTRUCTIVE].filter(has);
  const cuts = [first, ...others].filter((key) => DESTRUCTIVE.includes(String(key)));
  if (others.length === 0 || cuts.length === 0) return first;
  const both = [first, ...others].map((key) => `${String(key)}()`).join(' and ');
  throw new LifecycleError(
    'NO_CLOSE_METHOD',
    `register('${name}', …) does not choose between ${both} of ${shown(target)}: ${cuts.map((key) => `${String(key)}()`).join(' and ')} ` +
      `may cut what still runs. Type register('${name}', …, { closeWith: '${String(first)}' }) with the one that closes it.`,
  );
}

/** What types allow, or do not know, and that could only fail in the middle of a shutdown. */
function refuseMistakes(name: string, target: unknown): void {
  const mistake = mistakeOf(name, target);
  if (mistake !== undefined) {
    throw new LifecycleError('NO_CLOSE_METHOD', `register('${name}', …) was given ${mistake}`);
  }
}

function mistakeOf(name: string, target: unknown): string | undefined {
  if (types.isPromise(target)) return `a promise. Type register('${name}', await …), with what it resolves with.`;
  const isClass = typeof target === 'function' && /^class\b/.test(Function.prototype.toString.call(target));
  return isClass ? `the class ${target.name}. Give it the instance that is to be closed.` : undefined;
}

function methodOf(target: unknown, key: string | symbol | undefined): ((...args: never[]) => unknown) | undefined {
  if (!isObject(target) || key === undefined) return undefined;
  const method: unknown = Reflect.get(target, key);
  return isCallable(method) ? method : undefined;
}

function isCallable(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === 'function';
}

function unknownWay(name: string, target: unknown, closeWith: string | symbol | undefined): LifecycleError {
  const words = (closeWith === undefined ? ALL : [closeWith]).map(String).join(', ');
  return new LifecycleError(
    'NO_CLOSE_METHOD',
    `register('${name}', …) does not know how to close ${shown(target)}: it has none of ${words}. ` +
      `Type register('${name}', () => …) with a function that closes it, or { closeWith: 'nameOfTheMethod' }.`,
  );
}

/** Only its class is shown: its fields may contain credentials. */
function shown(target: unknown): string {
  return inspect(target, { depth: -1 });
}
