import { DependencyProxy } from '../network/dependency-proxy.js';
import { rewriteTarget, targetOf } from '../network/rewrite-target.js';
import { InvalidScenarioError } from '../scenario/invalid-scenario-error.js';
import { type Scenario, type Service } from '../scenario/scenario.js';

/** Proxies in front of the dependencies that chaos takes away, by the variable that holds their address. */
export interface Dependencies {
  readonly proxies: ReadonlyMap<string, DependencyProxy>;
  /** The scenario with those variables pointing to the proxies. */
  readonly scenario: Scenario;
}

/** @throws InvalidScenarioError when a variable does not hold the address of one server */
export async function startDependencies(scenario: Scenario): Promise<Dependencies> {
  const names = new Set(scenario.chaos.flatMap(({ variable }) => (variable === undefined ? [] : [variable])));
  const proxies = new Map<string, DependencyProxy>();
  const rewritten: Record<string, string> = {};
  // All of them before the first proxy listens: a listener that is left behind keeps the process alive.
  const targets = [...names].map((name) => {
    const value = scenario.service.env[name] ?? process.env[name];
    return { name, value, target: readTarget(name, value) };
  });
  for (const { name, value, target } of targets) {
    const proxy = await DependencyProxy.start(target);
    proxies.set(name, proxy);
    rewritten[name] = rewriteTarget(value ?? '', proxy.port);
  }
  const through = (service: Service): Service => ({ ...service, env: { ...service.env, ...rewritten } });
  const { service, nextService } = scenario;
  return { proxies, scenario: { ...scenario, service: through(service), nextService: through(nextService) } };
}

function readTarget(name: string, value: string | undefined): ReturnType<typeof targetOf> {
  const refuse = (why: string): never => {
    throw new InvalidScenarioError([{ option: 'chaos', message: `dependency-away: ${name} ${why}` }]);
  };
  if (value === undefined) return refuse(`is not set: pass it with --env ${name}=redis://127.0.0.1:6379`);
  try {
    return targetOf(value);
  } catch (error) {
    return refuse(`cannot be used. ${error instanceof Error ? error.message : String(error)}`);
  }
}
