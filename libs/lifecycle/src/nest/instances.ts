import { type ModulesContainer } from '@nestjs/core';

/** An instance that Nest has created, and whose hooks it calls. */
export type Instance = object;

/**
 * Every instance whose hooks Nest calls, each once: providers, controllers, enhancers and middleware, and transient
 * providers where they are part of a singleton. As in `getInstancesGroupedByHierarchyLevel` and
 * `getStaticTransientInstances` of Nest 11.2.10 and 12.5.1.
 */
export function instancesWithHooks(modules: ModulesContainer, except: readonly unknown[]): Set<Instance> {
  const watched = [...modules.values()].filter(({ metatype }) => !except.includes(metatype));
  return new Set(watched.flatMap(wrappersOf).flatMap(instancesOf).filter(isInstance));
}

type NestModule = ModulesContainer extends Map<string, infer M> ? M : never;
type InstanceWrapper = NestModule['providers'] extends Map<unknown, infer W> ? W : never;

function wrappersOf({ providers, controllers, injectables, middlewares }: NestModule): InstanceWrapper[] {
  return [providers, controllers, injectables, middlewares].flatMap((wrappers) => Array.from(wrappers.values()));
}

function instancesOf(wrapper: InstanceWrapper): unknown[] {
  if (wrapper.isAlias) return [];
  if (!wrapper.isTransient) return [wrapper.instance];
  return wrapper.getStaticTransientInstances().map((host): unknown => host?.instance);
}

function isInstance(value: unknown): value is Instance {
  return typeof value === 'object' && value !== null;
}
