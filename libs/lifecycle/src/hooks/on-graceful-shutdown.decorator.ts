import { MethodDeclarations } from '../declarations/method-declarations.js';
import { type HookOptions } from './hook.js';

/** What `@OnGracefulShutdown()` takes. */
export interface OnGracefulShutdownOptions extends HookOptions {
  /** How logs and the report call the hook. Default `Class.method`. */
  readonly name?: string | undefined;
}

/** Every method with the decorator. */
export const declaredHooks = new MethodDeclarations<OnGracefulShutdownOptions>(
  'hooks',
  '@OnGracefulShutdown()',
  'INVALID_HOOK',
);

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
  return declaredHooks.decorate(options);
}
