import { type ApplicationFacts } from './configuration/application-facts.js';
import { checkAtStart } from './configuration/checked-at-start.js';
import { discoverChecks } from './configuration/production-check.decorator.js';
import { configuredFacts, type HostFacts } from './engine/configured-facts.js';
import { serverOf } from './nest/http-adapter.js';
import { type NestServices } from './nest/nest-services.js';
import { hasProbe } from './nest/probe-routes.js';
import { type ReadVariable } from './platform/platform.js';
import { type Wiring } from './wiring.js';

/**
 * Checks the configuration, before anything is initialised: an application that does not start has then begun nothing.
 *
 * @throws NotProductionReadyError where the application must not start
 */
export async function checkConfiguration(wiring: Wiring, nest: NestServices, variable: ReadVariable): Promise<void> {
  discoverChecks({ getProviders: () => nest.singletons }, wiring.configuration, wiring.guard);
  return checkAtStart(wiring, () => factsOf(wiring, nest, variable));
}

/** What is known of an application of Nest when it starts. */
function factsOf(wiring: Wiring, nest: NestServices, variable: ReadVariable): ApplicationFacts {
  return configuredFacts(
    wiring,
    { closesAtSignals: closesAtSignals(wiring, nest), probes: probesOf(wiring, nest) },
    variable,
  );
}

/** An application that listens to nothing may call `enableShutdownHooks()` after its start alone. */
function closesAtSignals({ guard, processEnd }: Wiring, { adapterHost }: NestServices): boolean | undefined {
  return serverOf(adapterHost.httpAdapter, guard) === undefined ? undefined : processEnd.isHeardElsewhere;
}

function probesOf({ settings, guard }: Wiring, nest: NestServices): HostFacts['probes'] {
  const { httpAdapter } = nest.adapterHost;
  if (httpAdapter === undefined || serverOf(httpAdapter, guard) === undefined) return 'not-needed';
  if (settings.health.isServed || settings.probePort !== undefined) return 'reachable';
  const declared = { controllers: nest.discovery.getControllers(), providers: nest.providers };
  return guard('looking for routes of probes', 'unknown', () =>
    hasProbe(httpAdapter, declared) ? 'reachable' : 'missing',
  );
}
