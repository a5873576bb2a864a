import 'reflect-metadata';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type HookOptions } from './hook.js';

/** What `@OnGracefulShutdown()` takes. */
export interface OnGracefulShutdownOptions extends HookOptions {
  /** How logs and the report call the hook. Default `Class.method`. */
  readonly name?: string | undefined;
}

/** A decorated method of a class. */
export interface HookDeclaration {
  readonly method: string | symbol;
  readonly options: OnGracefulShutdownOptions;
}

/** Shared by every loaded copy of this package. */
const DECLARATIONS = Symbol.for('nestjs-lifecycle.hooks');

/**
 * Runs a method of a provider or controller when the service stops, in the order of priorities (lower first, default
 * 50, the same number in parallel) and before any `onModuleDestroy`. The method gets a `ShutdownContext` and may be
 * sync, async or return an Observable; what it throws is reported and stops no other hook.
 *
 * @example
 * ```ts
 * @OnGracefulShutdown(80)
 * async close({ signal, remainingMs }: ShutdownContext) { await this.pool.end(); }
 * ```
 */
export function OnGracefulShutdown(priorityOrOptions: number | OnGracefulShutdownOptions = {}): MethodDecorator {
  const options = typeof priorityOrOptions === 'object' ? priorityOrOptions : { priority: priorityOrOptions };
  return (target, method, descriptor: PropertyDescriptor | undefined) => {
    if (typeof target === 'function' || typeof descriptor?.value !== 'function') {
      const owner = typeof target === 'function' ? target.name : target.constructor.name;
      const what = typeof target === 'function' ? 'static' : 'not a method';
      throw new LifecycleError(
        'INVALID_HOOK',
        `@OnGracefulShutdown() on ${owner}.${String(method)} has nothing to call: it is ${what}. Put it on a method of the instance.`,
      );
    }
    Reflect.defineMetadata(DECLARATIONS, [...ownDeclarations(target), { method, options }], target);
  };
}

/**
 * Every hook declared on an instance's class and its ancestors, base class first. A method declared again in a
 * subclass counts as the subclass says.
 */
export function declaredHooks(instance: object): HookDeclaration[] {
  const found: HookDeclaration[] = [];
  const seen = new Set<string | symbol>();
  for (let proto = prototypeOf(instance); proto !== null; proto = prototypeOf(proto)) {
    const own = ownDeclarations(proto);
    found.unshift(...own.filter(({ method }) => !seen.has(method)));
    for (const { method } of own) seen.add(method);
  }
  return found;
}

function ownDeclarations(prototype: object): HookDeclaration[] {
  // Metadata is typed as any; under this key only this file writes.
  return (Reflect.getOwnMetadata(DECLARATIONS, prototype) as HookDeclaration[] | undefined) ?? [];
}

function prototypeOf(value: object): object | null {
  // Typed as any by TypeScript, although it is an object or null.
  return Object.getPrototypeOf(value) as object | null;
}
