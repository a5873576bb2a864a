import { type DiscoveryService, LazyModuleLoader, ModuleRef, type ModulesContainer } from '@nestjs/core';
import { isObject } from '../errors/foreign-value.js';
import { replaceMethod } from '../patching/replace-method.js';

type NestModule = ModulesContainer extends Map<string, infer M> ? M : never;
type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** What a module brings that was loaded after the start. */
export interface LoadedLater {
  /** Providers and controllers. */
  readonly providers: readonly InstanceWrapper[];
  /** Guards, pipes, interceptors and filters that are only named in a decorator, and middleware. */
  readonly enhancers: readonly InstanceWrapper[];
}

/**
 * Tells of modules that `LazyModuleLoader` loads from now on, each once, before `load()` returns to its caller. Nest calls no
 * lifecycle hook of theirs. Begins when every provider of the application has been made. `onLoaded` must not reject. Returns
 * the undo.
 */
export function followLazyModules(
  modules: ModulesContainer,
  onLoaded: (loaded: LoadedLater) => Promise<void>,
): () => void {
  const known = new WeakSet<NestModule>(modules.values());
  const loaders = new Set([...modules.values()].map((module) => module.providers.get(LazyModuleLoader)?.instance));
  const undo = [...loaders].filter(isObject).map((loader) =>
    replaceMethod(loader, 'load', (original) => {
      return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
        const moduleRef: unknown = await Reflect.apply(original, this, args);
        const made = newModules(modules, moduleRef, known);
        if (made.length > 0) await onLoaded(contentOf(made));
        return moduleRef;
      };
    }),
  );
  return () => {
    for (const restore of undo) restore();
  };
}

/** The module of this `ModuleRef`, and what it imports: all of it has been made. */
function newModules(modules: ModulesContainer, moduleRef: unknown, known: WeakSet<NestModule>): NestModule[] {
  const target = [...modules.values()].find((module) => module.providers.get(ModuleRef)?.instance === moduleRef);
  const found: NestModule[] = [];
  const visit = (module: NestModule): void => {
    if (known.has(module)) return;
    known.add(module);
    found.push(module);
    for (const imported of module.imports) visit(imported);
  };
  if (target !== undefined) visit(target);
  return found;
}

function contentOf(modules: readonly NestModule[]): LoadedLater {
  return {
    providers: modules.flatMap(({ providers, controllers }) => [...providers.values(), ...controllers.values()]),
    enhancers: modules.flatMap(({ injectables, middlewares }) => [...injectables.values(), ...middlewares.values()]),
  };
}
