import { type Provider } from '@nestjs/common';
import { type GracefulShutdownOptions } from '../options/graceful-shutdown-options.js';
import { resolveSettings } from '../options/resolve-settings.js';
import { NEEDED, PUBLIC } from '../provided-parts.js';
import { type ShutdownSequence } from '../shutdown/shutdown-sequence.js';
import { Wiring } from '../wiring.js';

/**
 * What a unit test needs of the module, without the module: everything that can be injected, and what
 * `@UseInterceptors(InFlightInterceptor)` needs. Nothing listens to signals, and Nest's own steps lead to no shutdown.
 * `GracefulShutdown.shutdown()` walks the phases and resolves with the report; the process goes on. The environment is not
 * read.
 *
 * ```ts
 * const testing = await Test.createTestingModule({
 *   controllers: [OrdersController],
 *   providers: lifecycleTestingProviders(),
 * }).compile();
 * ```
 *
 * @throws InvalidOptionsError when the options cannot be used
 */
export function lifecycleTestingProviders(options: GracefulShutdownOptions = {}): Provider[] {
  const settings = resolveSettings({
    code: options,
    namespace: {},
    variable: () => undefined,
    platform: process.platform,
  });
  const wiring: Provider = { provide: Wiring, useFactory: () => wired(new Wiring(settings)) };
  return [wiring, ...NEEDED, ...PUBLIC];
}

/** A shutdown that is asked for ends no process here: it is the one of the test runner. */
function wired(wiring: Wiring): Wiring {
  const { sequence, startUp } = wiring;
  startUp.initialising();
  startUp.bootstrapped();
  wiring.processEnd.request = (request) => void runThrough(sequence, request);
  return wiring;
}

async function runThrough(
  sequence: ShutdownSequence,
  trigger: Parameters<ShutdownSequence['start']>[0],
): Promise<void> {
  await sequence.start(trigger);
  await sequence.finish();
}
