import { type PortOptions, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { UsageError } from '../usage-error.js';
import { parseChaos } from './chaos-flag.js';
import { podCount } from './pod-count.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** Flags whose names and values are those of the options. */
const SAME = [
  'notice',
  'replicas',
  'strategy',
  'minReady',
  'gracePeriod',
  'preStop',
  'readiness',
  'liveness',
  'startup',
  'balancer',
  'nodes',
  'endpointLag',
  'idleTimeout',
  'retries',
  'rate',
  'clients',
  'keepAliveShare',
  'seed',
  'margin',
  'podNetwork',
  'outbound',
  'maxP99',
  'maxErrors',
  'warmUp',
  'coolDown',
  'requestTimeout',
  'deadline',
] as const satisfies readonly (keyof RehearseFlags & keyof RehearsalOptions)[];

/**
 * What was typed, as options; they win over manifests.
 *
 * @throws UsageError saying what to type
 */
export function flagOptions(flags: RehearseFlags): Partial<RehearsalOptions> {
  failOnIdle(flags);
  const typed = Object.fromEntries(SAME.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]));
  return {
    ...(typed as Partial<RehearsalOptions>),
    ...(flags.act !== undefined && { act: flags.act.act }),
    ...(flags.maxSurge !== undefined && { maxSurge: podCount(flags.maxSurge) }),
    ...(flags.maxUnavailable !== undefined && { maxUnavailable: podCount(flags.maxUnavailable) }),
    ...(flags.next !== undefined && { nextCommand: flags.next }),
    ...(!flags.pid1 && { pid1: false }),
    ...(flags.worstCase && { lags: 'worst' }),
    ...(flags.chaos !== undefined && { chaos: flags.chaos.map(parseChaos) }),
    ...portsOf(flags),
  };
}

/** What would be without effect was meant otherwise. */
function failOnIdle({ balancer = 'connection', idleTimeout, retries, workload, manifest }: RehearseFlags): void {
  const ofRequests = idleTimeout === undefined ? retries !== undefined && '--retries' : '--idle-timeout';
  if (balancer === 'connection' && ofRequests !== false) {
    throw new UsageError(`${ofRequests} is about a balancer of requests: add --balancer request`);
  }
  if (workload !== undefined && manifest === undefined) {
    throw new UsageError(`--workload ${workload.join(' ')} names a workload of a manifest: add --manifest k8s/`);
  }
}

/** `--env NAME=value`, one or many. */
export function typedVariables({ env = [] }: RehearseFlags): Readonly<Record<string, string>> {
  return Object.fromEntries(
    env.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`--env ${text}: write it as NAME=value`);
      return [text.slice(0, at), text.slice(at + 1)] as const;
    }),
  );
}

function portsOf({ port, portEnv }: RehearseFlags): { readonly ports?: readonly PortOptions[] } {
  if (port === undefined && portEnv === undefined) return {};
  const [variable = 'PORT', ...others] = portEnv ?? [];
  const further = others.map((name, index) => ({ name, containerPort: LAST_PORT - index, variable: name }));
  return { ports: [{ containerPort: port ?? 3000, variable }, ...further] };
}

/** The flags do not say which container ports the further ones are. These numbers match no port that a variable may hold. */
const LAST_PORT = 65_535;
