import { ClusterError } from './api/cluster-error.js';
import { type HandlerObject, type DeploymentObject, type ProbeObject } from './api/objects.js';
import { type RehearsalOptions } from '../scenario/rehearsal-options.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';
import { type PreStop, type Probe, type RealCluster, type Scenario } from '../scenario/scenario.js';

/** What of a rehearsal is the user's to say on a real cluster: the load and the time. */
export type LoadSettings = Pick<
  RehearsalOptions,
  | 'requests'
  | 'login'
  | 'grpcProto'
  | 'rate'
  | 'clients'
  | 'keepAliveShare'
  | 'keepAliveConnections'
  | 'seed'
  | 'warmUp'
  | 'coolDown'
  | 'requestTimeout'
  | 'deadline'
>;

/**
 * The scenario that the reports are made of: the load as it was asked for, the rest as the Deployment has it.
 *
 * @throws InvalidScenarioError listing every problem of the load
 */
export function scenarioOf(deployment: DeploymentObject, cluster: RealCluster, settings: LoadSettings): Scenario {
  const { spec, metadata } = deployment;
  const { terminationGracePeriodSeconds, containers } = spec.template.spec;
  const [container] = containers;
  if (container === undefined) throw new ClusterError('refused', `deployment/${metadata.name} has no container`);
  const [program = container.image ?? metadata.name, ...args] = [...container.command, ...container.args];
  const scenario = resolveScenario({ ...settings, ...rolloutOf(deployment), command: [program, ...args], pid1: false });
  const env = Object.fromEntries(container.env.map(({ name }) => [name, '']));
  const service = { ...scenario.service, env };
  return {
    ...scenario,
    service,
    nextService: service,
    pod: {
      gracePeriodMs: terminationGracePeriodSeconds * 1000,
      preStop: preStopOf(container.lifecycle?.preStop),
      startupProbe: probeOf(container.startupProbe),
      readinessProbe: probeOf(container.readinessProbe),
      livenessProbe: probeOf(container.livenessProbe),
      isPid1: true,
    },
    cluster,
  };
}

/** The Deployment's own numbers, under the names of the options. */
function rolloutOf({ spec }: DeploymentObject): Partial<RehearsalOptions> {
  const { rollingUpdate, type } = spec.strategy;
  return {
    replicas: spec.replicas,
    minReady: `${spec.minReadySeconds}s`,
    progressDeadline: `${spec.progressDeadlineSeconds}s`,
    ...(type === 'Recreate' ? { strategy: type } : (rollingUpdate ?? {})),
  };
}

/** A port by its name is shown as 0: which number it has makes no difference here. */
function portOf(port: number | string | undefined): number {
  return typeof port === 'number' ? port : 0;
}

function preStopOf(handler: HandlerObject | undefined): PreStop | undefined {
  if (handler?.sleep !== undefined) return { kind: 'sleep', ms: handler.sleep.seconds * 1000 };
  if (handler?.httpGet !== undefined) {
    return { kind: 'http-get', path: handler.httpGet.path ?? '/', containerPort: portOf(handler.httpGet.port) };
  }
  const [program, ...args] = handler?.exec?.command ?? [];
  return program === undefined ? undefined : { kind: 'exec', command: [program, ...args] };
}

function probeOf(probe: ProbeObject | undefined): Probe | undefined {
  const action = probe && actionOf(probe);
  if (probe === undefined || action === undefined) return undefined;
  return {
    action,
    initialDelayMs: probe.initialDelaySeconds * 1000,
    periodMs: probe.periodSeconds * 1000,
    timeoutMs: probe.timeoutSeconds * 1000,
    successThreshold: probe.successThreshold,
    failureThreshold: probe.failureThreshold,
  };
}

/** A probe of gRPC is not shown. */
function actionOf({ httpGet, tcpSocket, exec }: HandlerObject): Probe['action'] | undefined {
  if (httpGet !== undefined) {
    return { kind: 'http-get', path: httpGet.path ?? '/', containerPort: portOf(httpGet.port), headers: {} };
  }
  if (tcpSocket !== undefined) return { kind: 'tcp-socket', containerPort: portOf(tcpSocket.port) };
  const [program, ...args] = exec?.command ?? [];
  return program === undefined ? undefined : { kind: 'exec', command: [program, ...args] };
}
