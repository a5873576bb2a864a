import 'reflect-metadata';
import { type HealthComponentCheck, type HealthComponentOptions } from './health-check.js';

/** What `@HealthComponent()` takes. */
export interface DeclaredHealthComponent extends HealthComponentOptions {
  /** How the page, alerts and metrics call it. Default: the name of the class. */
  readonly name?: string | undefined;
}

/** Shared by every loaded copy of this package. */
const COMPONENT = Symbol.for('nestjs-lifecycle.healthComponent');

/**
 * Makes an injectable a component of the health monitor.
 *
 * @example
 * ```ts
 * @Injectable() @HealthComponent({ name: 'database', timeout: '500ms' })
 * class DatabaseHealth implements HealthComponentCheck { async check() { await this.pool.query('select 1'); } }
 * ```
 */
export function HealthComponent(
  nameOrOptions: string | DeclaredHealthComponent = {},
): (target: abstract new (...args: never[]) => HealthComponentCheck) => void {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  return (target) => Reflect.defineMetadata(COMPONENT, options, target);
}

/** The component an instance was declared to be, if any. Asks its prototype: instances may be proxies that answer anything. */
export function declaredComponent(instance: object): (DeclaredHealthComponent & { readonly name: string }) | undefined {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: unknown } | null;
  const constructor = prototype?.constructor;
  if (typeof constructor !== 'function') return undefined;
  // Metadata is typed as any; under this key only the decorator above writes.
  const options = Reflect.getMetadata(COMPONENT, constructor) as DeclaredHealthComponent | undefined;
  return options && { ...options, name: options.name ?? constructor.name };
}
