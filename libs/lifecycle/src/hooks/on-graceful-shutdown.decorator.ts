import { MethodDeclarations } from '../declarations/method-declarations.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type HookOptions } from './hook.js';

/** What `@OnGracefulShutdown()` takes. */
export interface OnGracefulShutdownOptions extends HookOptions {
  /** How logs and the report call the hook. Default `Class.method`. */
  readonly name?: string | undefined;
}

/** Every method with the decorator. */
export const declaredHooks = new MethodDeclarations<OnGracefulShutdownOptions>('hooks');

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
    const misplaced = MethodDeclarations.problemOf(target, descriptor);
    if (misplaced !== undefined) {
      const { owner, what } = misplaced;
      throw new LifecycleError(
        'INVALID_HOOK',
        `@OnGracefulShutdown() on ${owner}.${String(method)} has nothing to call: it is ${what}. Put it on a method of the instance.`,
      );
    }
    declaredHooks.add(target, method, options);
  };
}
