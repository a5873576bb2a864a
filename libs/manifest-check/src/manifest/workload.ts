import { type ChartWords } from './chart-template.js';
import { type ServiceSettings } from '../settings/service-settings.js';
import { type Field } from '../source/field.js';
import { type Container } from './container.js';
import { type Doubt } from './doubt.js';
import { type Resource } from './resource.js';
import { wholeNumber } from './whole-number.js';

/** What runs pods: a Deployment or the like, with everything in the files that belongs to it. */
export interface Workload extends Resource {
  /** The Namespace that it is in, where a file has it. */
  readonly namespaceObject: Resource | undefined;
  readonly spec: Field;
  /** `spec.template`, or the Pod itself. */
  readonly podTemplate: Field;
  /** The pod's own `spec`. */
  readonly pod: Field;
  /** The labels of its pods. */
  readonly labels: ReadonlyMap<string, string>;
  /** The containers of the service itself; sidecars among `initContainers` are not here. */
  readonly containers: readonly Container[];
  /** Init containers that go on running. */
  readonly sidecars: readonly Container[];
  /** The container that serves: the others are proxies and agents. */
  readonly main: Container;
  /** The fewest pods that there may be outside of a rollout; `undefined` for a DaemonSet, and for what is no number. */
  readonly replicas: number | undefined;
  /** Where the number of pods is written: in an autoscaler, or in the workload. */
  readonly replicasField: Field;
  readonly settings: ServiceSettings;
  /** How the chart writes it that it was rendered from, where that can be read. */
  readonly inChart: ChartWords | undefined;
  /** Why the rules for services of Node may not be for it. */
  readonly doubt: Doubt | undefined;
  /** Of its namespace: what variables may come from. */
  readonly secrets: readonly Resource[];
  readonly configMaps: readonly Resource[];
  readonly services: readonly Resource[];
  readonly ingresses: readonly Resource[];
  /** Of the Gateway API, of Istio, Traefik, Contour and OpenShift, and the bindings of AWS target groups. */
  readonly routes: readonly Resource[];
  readonly disruptionBudgets: readonly Resource[];
  readonly autoscalers: readonly Resource[];
  readonly networkPolicies: readonly Resource[];
}

/** Kinds of Kubernetes itself that run pods that serve. Jobs end by themselves. */
const KINDS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
]);

/** Whether a resource runs pods that serve: a kind of Kubernetes, or one of others whose pods are written as a Deployment's are. */
export function isWorkload(resource: Resource): boolean {
  return KINDS.has(resource.kind) || isCustomWorkload(resource);
}

/** Kinds that run something to its end, by their names. */
const ENDING = /(?:Job|Task|Run|Workflow|Build|Pipeline|Template|Backup|Restore|Test)s?$/;

/** Argo's Rollout, OpenShift's DeploymentConfig, OpenKruise's CloneSet and the like. */
export function isCustomWorkload({ kind, apiVersion, root }: Resource): boolean {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  if (!group.includes('.') || group.endsWith('.k8s.io') || ENDING.test(kind)) return false;
  return root.at('spec', 'template', 'spec', 'containers').items.length > 0;
}

/** What Kubernetes gives where the manifest does not say. */
export const DEFAULT_GRACE_SECONDS = 30;

/** `terminationGracePeriodSeconds`, or what it is when it is not written; `undefined` for what is no number of seconds. */
export function gracePeriodMs({ pod }: Pick<Workload, 'pod'>): number | undefined {
  const seconds = wholeNumber(pod.at('terminationGracePeriodSeconds'), DEFAULT_GRACE_SECONDS);
  return seconds === undefined ? undefined : seconds * 1000;
}
