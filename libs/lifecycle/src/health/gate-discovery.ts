import { type DiscoveryService } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type Readiness } from './readiness.js';
import { type ReadinessCheck } from './readiness-check.js';
import { declaredGate } from './readiness-gate.decorator.js';

/** Adds every injectable marked with `@ReadinessGate()`. */
export function discoverGates(
  discovery: Pick<DiscoveryService, 'getProviders'>,
  readiness: Readiness,
  guard: Guard,
): void {
  const seen = new Set<unknown>();
  for (const wrapper of discovery.getProviders()) {
    const instance: unknown = wrapper.instance;
    if (wrapper.isAlias || typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
    seen.add(instance);
    const gate = guard('looking for a readiness gate', undefined, () => declaredGate(instance));
    if (gate === undefined) continue;
    if (!isCheck(instance)) {
      throw new LifecycleError(
        'INVALID_OPTIONS',
        `${instance.constructor.name} is marked with @ReadinessGate() but has no method check(). Type check() { … } in it.`,
      );
    }
    readiness.addGate(gate.name, (context) => instance.check(context), gate);
  }
}

function isCheck(instance: object): instance is ReadinessCheck {
  return 'check' in instance && typeof instance.check === 'function';
}
