import { Scope } from '@nestjs/common';
import { type DiscoveryService } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { type MethodDeclaration, type MethodDeclarations } from './method-declarations.js';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A decorated method of a provider or controller. */
export interface DecoratedMethod<Options> extends MethodDeclaration<Options> {
  /** Its instance; for a provider without one instance, an empty one that has the same methods. */
  readonly owner: object;
  /** `Class.method`. */
  readonly title: string;
  /** Every decorated method of that class. */
  readonly all: readonly MethodDeclaration<Options>[];
  /** Which scope keeps it from having one instance; `undefined` where it has one. */
  readonly scope: 'transient' | 'request-scoped' | undefined;
}

/**
 * Every decorated method of these providers, in the order in which Nest registered them. Looks at prototypes only, so no
 * getter runs.
 */
export function decoratedMethods<Options>(
  wrappers: readonly InstanceWrapper[],
  declarations: MethodDeclarations<Options>,
  guard: Guard,
): DecoratedMethod<Options>[] {
  const seen = new Set<object>();
  return wrappers.flatMap((wrapper) => {
    // A provider may be a Proxy whose traps throw.
    const owner = guard('looking for decorated methods of a provider', undefined, () => ownerOf(wrapper));
    if (owner === undefined || seen.has(owner)) return [];
    seen.add(owner);
    const all = declarations.of(owner);
    const scope = scopeOf(wrapper);
    return all.map(({ method, options }) => {
      const title = `${owner.constructor.name}.${String(method)}`;
      return { method, options, owner, title, all, scope };
    });
  });
}

/** Calls a decorated method. Looked up late, so that what tests and instrumentation put in its place is called. */
export function callDecorated({ owner, method }: DecoratedMethod<unknown>, args: readonly unknown[]): unknown {
  const value: unknown = Reflect.get(owner, method);
  return typeof value === 'function' ? Reflect.apply(value, owner, args) : undefined;
}

function ownerOf(wrapper: InstanceWrapper): object | undefined {
  if (wrapper.isAlias) return undefined;
  if (scopeOf(wrapper) !== undefined) {
    const prototype: unknown = wrapper.metatype?.prototype;
    return isInstance(prototype) ? (Object.create(prototype) as object) : undefined;
  }
  const instance: unknown = wrapper.instance;
  return isInstance(instance) ? instance : undefined;
}

/** Objects without a prototype carry no decorators, and have no constructor to be named by. */
function isInstance(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null;
}

function scopeOf(wrapper: InstanceWrapper): 'transient' | 'request-scoped' | undefined {
  if (wrapper.scope === Scope.TRANSIENT) return 'transient';
  return wrapper.isDependencyTreeStatic() && wrapper.scope !== Scope.REQUEST ? undefined : 'request-scoped';
}
