import 'reflect-metadata';
import { type GateOptions } from './readiness.js';
import { type ReadinessCheck } from './readiness-check.js';

/** What `@ReadinessGate()` takes. */
export interface ReadinessGateOptions extends GateOptions {
  /** How probes call the gate. Default: the name of the class. */
  readonly name?: string | undefined;
}

/** Shared by every loaded copy of this package. */
const GATE = Symbol.for('nestjs-lifecycle.readinessGate');

/**
 * Makes an injectable a condition for readiness: the service counts as started once it has been up, and as ready while
 * it is.
 *
 * @example
 * ```ts
 * @Injectable() @ReadinessGate({ name: 'database', timeout: '500ms' })
 * class DatabaseGate implements ReadinessCheck { check() { return this.pool.query('select 1'); } }
 * ```
 */
export function ReadinessGate(
  nameOrOptions: string | ReadinessGateOptions = {},
): (target: abstract new (...args: never[]) => ReadinessCheck) => void {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  return (target) => Reflect.defineMetadata(GATE, options, target);
}

/** The gate an instance was declared to be, if any. Asks its prototype: instances may be proxies that answer anything. */
export function declaredGate(instance: object): (ReadinessGateOptions & { readonly name: string }) | undefined {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: unknown } | null;
  const constructor = prototype?.constructor;
  if (typeof constructor !== 'function') return undefined;
  // Metadata is typed as any; under this key only the decorator above writes.
  const options = Reflect.getMetadata(GATE, constructor) as ReadinessGateOptions | undefined;
  return options && { ...options, name: options.name ?? constructor.name };
}
