import { type ModulesContainer, NestApplicationContext } from '@nestjs/core';

/** The hooks Nest calls on the way out. */
const NEST_HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;

/** Where Nest is between its hooks. */
export type NestStep = 'onModuleDestroy' | 'beforeApplicationShutdown' | 'dispose' | 'onApplicationShutdown';

/**
 * Knows which shutdown hook of which provider Nest is waiting for, so that one that hangs can be named, and which threw:
 * Nest 12 only logs it, Nest 11 gives up on all others.
 */
export class NestHookWatch {
  readonly #running = new Map<object, string>();
  #step: NestStep | undefined;

  /** What Nest is waiting for, by name; empty when it is not in our hands or nothing runs. */
  get waitingFor(): string[] {
    const running = [...this.#running.values()];
    if (running.length > 0 || this.#step === undefined) return running;
    return [this.#step === 'dispose' ? "Nest's dispose (servers and connections closing)" : `Nest's ${this.#step}`];
  }

  /** Nest has come to a step. */
  enter(step: NestStep): void {
    this.#step = step;
  }

  /** Nest is through. */
  leave(): void {
    this.#step = undefined;
  }

  /**
   * Puts a watch on every instance with a shutdown hook, except those of `own` modules. Nest looks the hook up on the
   * instance, so an own property is found first; what cannot take one (frozen) stays unwatched.
   */
  watch(modules: ModulesContainer, own: readonly unknown[], onFailed: (name: string, error: unknown) => void): void {
    const seen = new Set<unknown>();
    for (const module of modules.values()) {
      if (own.includes(module.metatype)) continue;
      for (const wrapper of [
        ...module.providers.values(),
        ...module.controllers.values(),
        ...module.injectables.values(),
      ]) {
        const instance: unknown = wrapper.instance;
        if (wrapper.isAlias || seen.has(instance) || !isObject(instance)) continue;
        seen.add(instance);
        this.#watchInstance(instance, onFailed);
      }
    }
  }

  #watchInstance(instance: object, onFailed: (name: string, error: unknown) => void): void {
    for (const hook of NEST_HOOKS) {
      const original = methodOf(instance, hook);
      if (original === undefined || !Object.isExtensible(instance)) continue;
      const name = `${nameOf(instance)}.${hook}`;
      const watched = async (...args: unknown[]): Promise<unknown> => {
        const run = {};
        this.#running.set(run, name);
        try {
          return await Reflect.apply(original, instance, args);
        } catch (error) {
          onFailed(name, error);
          throw error;
        } finally {
          this.#running.delete(run);
        }
      };
      Reflect.defineProperty(instance, hook, { value: watched, configurable: true, writable: true, enumerable: false });
    }
  }
}

function nameOf(instance: object): string {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: { readonly name?: string } } | null;
  return prototype?.constructor?.name ?? 'a provider';
}

/** A method found without running a getter. */
function methodOf(instance: object, name: string): ((...args: unknown[]) => unknown) | undefined {
  for (let owner: object | null = instance; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor === undefined) continue;
    const { value } = descriptor as { value?: unknown };
    // Nest calls whatever function it finds under this name.
    return typeof value === 'function' ? (value as (...args: unknown[]) => unknown) : undefined;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a rejected shutdown hook makes Nest skip all others, as in Nest 11 (read in 11.2.10; 12 has its own method). */
export function doesRejectedHookAbortNest(): boolean {
  return !('runShutdownSequence' in NestApplicationContext.prototype);
}
