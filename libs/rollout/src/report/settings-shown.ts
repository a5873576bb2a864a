import { type Limits } from '../scenario/limits.js';
import { canaryStepShown } from '../scenario/canary-step-shown.js';
import { type ArgoRollout, type Deployment, type PreStop, type Probe, type Scenario } from '../scenario/scenario.js';
import { seconds } from './headline.js';

/** A setting in words. */
export type Setting = readonly [name: string, value: string];

function deploymentShown(deployment: Deployment): Setting {
  const { strategy, replicas, maxSurge, maxUnavailable, statefulSet, argoRollout } = deployment;
  if (argoRollout !== undefined) return ['Rollout', rolloutShown(argoRollout, deployment)];
  if (statefulSet !== undefined) {
    const { podManagement, partition, maxUnavailable: away } = statefulSet;
    return [
      'StatefulSet',
      `${podManagement}, replicas ${replicas}, maxUnavailable ${away}${partition > 0 ? `, partition ${partition}` : ''}`,
    ];
  }
  return ['Deployment', `${strategy}, replicas ${replicas}, maxSurge ${maxSurge}, maxUnavailable ${maxUnavailable}`];
}

function rolloutShown(rollout: ArgoRollout, { replicas, maxSurge, maxUnavailable }: Deployment): string {
  if (rollout.kind === 'blue-green') {
    const { promotionMs, scaleDownDelayMs } = rollout;
    return `blue-green, replicas ${replicas}, switched after ${seconds(promotionMs)}, old pods stay ${seconds(scaleDownDelayMs)}`;
  }
  const steps = rollout.steps.map((step) => canaryStepShown(step)).join(', ');
  return `canary, replicas ${replicas}, maxSurge ${maxSurge}, maxUnavailable ${maxUnavailable}: ${steps}`;
}

/** What was played, in words. Values of environment variables and headers stay out: they may be secrets, and reports are shared. */
export function settingsShown(scenario: Scenario): Setting[] {
  const { service, nextService, deployment, pod, load, chaos, limits } = scenario;
  const next = nextService.command.join(' ');
  return [
    ['Service', service.command.join(' ')],
    ...(next === service.command.join(' ') ? [] : [['New revision', next] as const]),
    ['Environment', Object.keys(service.env).toSorted().join(', ') || 'none'],
    deploymentShown(deployment),
    [
      'Grace period',
      `${seconds(pod.gracePeriodMs)}, preStop ${preStopShown(pod.preStop)}${pod.isPid1 ? ', pid 1' : ''}`,
    ],
    ['Readiness probe', probeShown(pod.readinessProbe)],
    ['Liveness probe', probeShown(pod.livenessProbe)],
    ['Start-up probe', probeShown(pod.startupProbe)],
    ...wayShown(scenario),
    [
      'Load',
      `${load.openPerSecond} requests/s and ${load.closedClients} clients in a loop; ${load.kinds.map(({ name }) => name).join(', ')}`,
    ],
    ...messagesShown(scenario),
    ['Limits', limitsShown(limits)],
    ['Chaos', chaos.map(({ kind }) => kind).join(', ') || 'none'],
  ];
}

/** Its address may have a password. */
function messagesShown({ messages }: Scenario): Setting[] {
  if (messages === undefined) return [];
  const { broker, queue, perSecond, backlog, body, pattern, handledLine } = messages;
  const parts = [
    `${broker}, ${queue}: ${perSecond}/s, ${backlog} out at any time`,
    body,
    ...(pattern === undefined ? [] : [`pattern ${pattern}`]),
    ...(handledLine === undefined ? [] : [`handled: ${handledLine}`]),
  ];
  return [['Messages', parts.join('; ')]];
}

function limitsShown({ p99, errors }: Limits): string {
  const texts = [
    ...(p99 === undefined ? [] : [`p99 ${'ms' in p99 ? seconds(p99.ms) : `${p99.times} times that of before`}`]),
    ...(errors === undefined
      ? []
      : ['count' in errors ? `${errors.count} lost` : `${Number((errors.share * 100).toPrecision(6))} % lost`]),
  ];
  return texts.length === 0 ? 'nothing lost' : `at most ${texts.join(', ')}`;
}

/** What stands between the clients and the pods. */
function wayShown({ cluster, network: { balancer, nodes, endpointLag } }: Scenario): Setting[] {
  if (cluster !== undefined) {
    const { context, namespace, deployment, address, change } = cluster;
    return [
      ['Cluster', `${context}, deployment/${deployment} in ${namespace}: ${change}`],
      ['Address', address],
    ];
  }
  const lag = `they learn after ${seconds(endpointLag.median)}, at most ${seconds(endpointLag.max)}`;
  return [['Balancer', `by ${balancer}, ${nodes} nodes, ${lag}`]];
}

function preStopShown(preStop: PreStop | undefined): string {
  switch (preStop?.kind) {
    case undefined:
      return 'none';
    case 'sleep':
      return `sleep ${seconds(preStop.ms)}`;
    case 'exec':
      return preStop.command.join(' ');
    case 'http-get':
      return `GET ${preStop.path}`;
  }
}

function probeShown(probe: Probe | undefined): string {
  if (probe === undefined) return 'none';
  const every = `every ${seconds(probe.periodMs)}, ${probe.failureThreshold} failures`;
  switch (probe.action.kind) {
    case 'http-get':
      return `GET ${probe.action.path} on ${probe.action.containerPort}, ${every}`;
    case 'tcp-socket':
      return `connection to ${probe.action.containerPort}, ${every}`;
    case 'grpc':
      return `gRPC health${probe.action.service === '' ? '' : ` of ${probe.action.service}`} on ${probe.action.containerPort}, ${every}`;
    case 'exec':
      return `${probe.action.command.join(' ')}, ${every}`;
  }
}
