import { type DiscoveryService } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type HealthComponentCheck } from './health-check.js';
import { declaredComponent } from './health-component.decorator.js';
import { type HealthMonitor } from './health-monitor.js';

/**
 * Adds every injectable marked with `@HealthComponent()`.
 *
 * @throws LifecycleError `INVALID_OPTIONS` when one has no `check()`, or cannot be added
 */
export function discoverComponents(
  discovery: Pick<DiscoveryService, 'getProviders'>,
  monitor: Pick<HealthMonitor, 'add' | 'isOn'>,
  guard: Guard,
): void {
  if (!monitor.isOn) return;
  const seen = new Set<unknown>();
  for (const wrapper of discovery.getProviders()) {
    const instance: unknown = wrapper.instance;
    if (wrapper.isAlias || typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
    seen.add(instance);
    const component = guard('looking for a health component', undefined, () => declaredComponent(instance));
    if (component === undefined) continue;
    if (!isCheck(instance)) {
      throw new LifecycleError(
        'INVALID_OPTIONS',
        `${instance.constructor.name} is marked with @HealthComponent() but has no method check(). Type check() { … } in it.`,
      );
    }
    monitor.add(component.name, (context) => instance.check(context), component);
  }
}

function isCheck(instance: object): instance is HealthComponentCheck {
  return 'check' in instance && typeof instance.check === 'function';
}
