import { Scope } from '@nestjs/common';
import { type DiscoveryService } from '@nestjs/core';
import { type Guard, guardToStderr } from '../errors/foreign-call.js';
import { DEFAULT_PRIORITY, type Hook } from './hook.js';
import { hookProblems, InvalidHookError, toHook } from './hook-options.js';
import { declaredHooks, type HookDeclaration } from './on-graceful-shutdown.decorator.js';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/**
 * Finds every decorated method of every provider and controller, in the order in which Nest registered them. Looks only
 * at prototypes, so that no getter runs. Middleware, and the guards, pipes, interceptors and filters that are only
 * named in a decorator (`@UseGuards()`), are not providers; they are passed as `enhancers`.
 *
 * @throws InvalidHookError with every hook that could never run, by class and method.
 */
export function discoverHooks(
  discovery: DiscoveryService,
  enhancers: readonly InstanceWrapper[] = [],
  guard: Guard = guardToStderr,
): Hook[] {
  const problems: string[] = [];
  const seen = new Set<object>();
  const hooks = [...discovery.getProviders(), ...discovery.getControllers(), ...enhancers].flatMap((wrapper) => {
    // A provider may be a Proxy whose traps throw.
    const owner = guard('looking for hooks of a provider', undefined, () => hookOwner(wrapper));
    if (owner === undefined || seen.has(owner)) return [];
    seen.add(owner);
    const declarations = declaredHooks(owner);
    return declarations.flatMap((declaration) => {
      const method = `${owner.constructor.name}.${String(declaration.method)}`;
      const found = [...hookProblems(method, declaration.options), ...scopeProblems(method, wrapper)];
      problems.push(...found);
      if (found.length > 0) return [];
      const name = hookName(method, declaration, declarations);
      return [toHook(name, declaration.options, bind(owner, declaration), method)];
    });
  });
  if (problems.length > 0) throw new InvalidHookError(problems);
  return hooks;
}

/**
 * The instance whose hooks count. For a provider without a single instance (request-scoped, transient) it is an empty
 * object with the hooks that the instances would have.
 */
function hookOwner(wrapper: InstanceWrapper): object | undefined {
  if (wrapper.isAlias) return undefined;
  if (!hasOneInstance(wrapper)) {
    const prototype: unknown = wrapper.metatype?.prototype;
    return isInstance(prototype) ? (Object.create(prototype) as object) : undefined;
  }
  const instance: unknown = wrapper.instance;
  return isInstance(instance) ? instance : undefined;
}

/** An object without a prototype has no decorated methods, and no constructor for a name. */
function isInstance(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null;
}

function hasOneInstance(wrapper: InstanceWrapper): boolean {
  return wrapper.isDependencyTreeStatic() && wrapper.scope !== Scope.TRANSIENT && wrapper.scope !== Scope.REQUEST;
}

function scopeProblems(method: string, wrapper: InstanceWrapper): string[] {
  if (hasOneInstance(wrapper)) return [];
  const scope = wrapper.scope === Scope.TRANSIENT ? 'transient' : 'request-scoped';
  return [
    `${method}: its class is ${scope}, so there is no one instance to call at shutdown. Move the hook to a singleton ` +
      `provider, or type gracefulShutdown.register('${method}', …) where the instance is made.`,
  ];
}

/** The name of a hook in logs and in the report. Several decorators of one method differ by their options. */
function hookName(method: string, { method: key, options }: HookDeclaration, all: readonly HookDeclaration[]): string {
  if (options.name !== undefined) return options.name;
  if (all.filter((other) => other.method === key).length === 1) return method;
  return `${method} (${options.phase ?? 'closing'}, ${options.priority ?? DEFAULT_PRIORITY})`;
}

function bind(owner: object, { method }: HookDeclaration): Hook['run'] {
  return (context): unknown => {
    const value: unknown = Reflect.get(owner, method);
    // Looked up at the call, so that a replacement by a test or an instrumentation is called.
    return typeof value === 'function' ? Reflect.apply(value, owner, [context]) : undefined;
  };
}
