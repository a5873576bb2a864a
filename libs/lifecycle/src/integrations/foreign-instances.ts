import { isObject } from '../errors/foreign-value.js';
import { type InstanceWrapper } from './integration.js';

/** An object of a package, of which only the names of its methods are known. */
export type Foreign = Readonly<Record<string, unknown>>;

/** The instance of a provider, where it has all these methods. By them a package's own parts are known. */
export function instanceWith(provider: InstanceWrapper, methods: readonly string[]): Foreign | undefined {
  const instance: unknown = provider.isAlias ? undefined : provider.instance;
  return isObject(instance) && methods.every((name) => typeof instance[name] === 'function') ? instance : undefined;
}

/** Calls a method of a foreign object. Throws what it throws, and a `TypeError` where there is none. */
export function callMethod(target: object, name: string, ...args: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== 'function') throw new TypeError(`there is no method ${name}`);
  return Reflect.apply(method, target, args);
}
