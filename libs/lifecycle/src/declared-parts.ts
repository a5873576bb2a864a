import { type DiscoveryService } from '@nestjs/core';
import { firstOfEach } from './errors/foreign-call.js';
import { describeError } from './errors/lifecycle-error.js';
import { discoverGates } from './health/gate-discovery.js';
import { discoverHooks } from './hooks/hook-discovery.js';
import { discoverComponents } from './monitor/component-discovery.js';
import { type LoadedLater } from './nest/lazy-modules.js';
import { findUnseenHandlers } from './nest/unseen-handlers.js';
import { discoverIntakes } from './sources/intake-discovery.js';
import { type Wiring } from './wiring.js';

type Discovery = Pick<DiscoveryService, 'getProviders' | 'getControllers'>;

/**
 * Adds what the providers of modules declare with decorators: hooks, intakes, gates; and what packages call of them.
 *
 * @param attempt runs each step; the start lets what it throws go through
 */
export function addDeclared(
  wiring: Wiring,
  { providers, enhancers }: LoadedLater,
  attempt: (step: () => void) => void = (step) => step(),
): void {
  const { hooks, guard, log, added, readiness } = wiring;
  const discovery: Discovery = { getProviders: () => [...providers], getControllers: () => [] };
  attempt(() => {
    const found = discoverHooks([...providers, ...enhancers], guard);
    for (const { name, phase } of found.filter((hook) => hooks.isPast(hook.phase))) {
      log.warn(`Hook ${name} runs at once: its module was loaded when hooks of the phase ${phase} had begun.`);
    }
    hooks.add(...found);
  });
  attempt(() => discoverIntakes([...providers], added, guard));
  attempt(() => discoverGates(discovery, readiness, guard));
  attempt(() => discoverComponents(discovery, wiring.health.monitor, guard));
  attempt(() => findUnseen(wiring, discovery));
}

/**
 * The same for a module that was loaded after the start. Loading it does not fail because of what it declares: that is an
 * error in the log.
 */
export function addLoadedLater(wiring: Wiring, loaded: LoadedLater): void {
  addDeclared(wiring, loaded, (step) => {
    try {
      step();
    } catch (error) {
      wiring.log.error(`A module that was loaded later is not followed: ${describeError(error)}`);
    }
  });
}

/** Not with `enabled: false`: the user has chosen to leave traffic to Nest. */
function findUnseen({ settings, unseen, log, integrations }: Wiring, discovery: Discovery): void {
  if (!settings.enabled) return;
  const onError = (name: string, error: unknown): void => log.warn(`${name} failed: ${describeError(error)}`);
  for (const work of findUnseenHandlers(discovery, firstOfEach(onError))) {
    if (!integrations.sees(work.kind)) unseen.add(work);
  }
}
