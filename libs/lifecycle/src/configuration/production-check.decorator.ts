import 'reflect-metadata';
import { type DiscoveryService } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type ConfigurationChecks } from './configuration-checks.js';
import { type ProductionCheckOptions, type ProductionReadinessCheck } from './own-check.js';

/** What `@ProductionCheck()` takes. */
export interface ProductionCheckDecoratorOptions extends ProductionCheckOptions {
  /** By which it is chosen in the options, and its problems are accepted. Default: the name of the class. */
  readonly name?: string | undefined;
}

/** Shared by every loaded copy of this package. */
const CHECK = Symbol.for('nestjs-lifecycle.productionCheck');

/**
 * Makes an injectable a check of the configuration, which runs when the application starts, before any `onModuleInit`, where
 * `productionReadiness` is on.
 *
 * @example
 * ```ts
 * @Injectable() @ProductionCheck({ name: 'mail', timeout: '2s' })
 * class MailCheck implements ProductionReadinessCheck { check() { return this.mail.isSandbox ? 'the sandbox is on' : undefined; } }
 * ```
 */
export function ProductionCheck(
  nameOrOptions: string | ProductionCheckDecoratorOptions = {},
): (target: abstract new (...args: never[]) => ProductionReadinessCheck) => void {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  return (target) => Reflect.defineMetadata(CHECK, options, target);
}

/** Adds every injectable marked with `@ProductionCheck()`. */
export function discoverChecks(
  discovery: Pick<DiscoveryService, 'getProviders'>,
  configuration: ConfigurationChecks,
  guard: Guard,
): void {
  const seen = new Set<unknown>();
  for (const { instance, isAlias } of discovery.getProviders() as readonly Found[]) {
    if (isAlias || typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
    seen.add(instance);
    const declared = guard('looking for a production check', undefined, () => declaredCheck(instance));
    if (declared === undefined) continue;
    if (!isCheck(instance)) {
      throw new LifecycleError(
        'INVALID_OPTIONS',
        `${declared.name} is marked with @ProductionCheck() but has no method check(). Type check() { … } in it.`,
      );
    }
    configuration.add(declared.name, (context) => instance.check(context), declared);
  }
}

interface Found {
  readonly instance: unknown;
  readonly isAlias: boolean;
}

/** Asks the prototype: instances may be proxies that answer anything. */
function declaredCheck(instance: object): (ProductionCheckOptions & { readonly name: string }) | undefined {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: unknown } | null;
  const constructor = prototype?.constructor;
  if (typeof constructor !== 'function') return undefined;
  // Metadata is typed as any; under this key only the decorator above writes.
  const options = Reflect.getMetadata(CHECK, constructor) as ProductionCheckDecoratorOptions | undefined;
  return options && { ...options, name: options.name ?? constructor.name };
}

function isCheck(instance: object): instance is ProductionReadinessCheck {
  return 'check' in instance && typeof instance.check === 'function';
}
