import { learnSettings } from '../settings/learn-settings.js';
import { type FindPrinted, knownTexts } from '../settings/printed-settings.js';
import { type Field } from '../source/field.js';
import { type Builds, NO_BUILDS } from './build.js';
import { type ChartWords, chartWordsOf } from './chart-template.js';
import { Container } from './container.js';
import { doubtOf } from './doubt.js';
import { environmentOf } from './environment.js';
import { isForeign } from './foreign.js';
import { includesAll, selects } from './labels.js';
import { type Resource } from './resource.js';
import { mentions, ROUTE_KINDS } from './route.js';
import { wholeNumber } from './whole-number.js';
import { isWorkload, type Workload } from './workload.js';

/** All objects of the files, linked as the cluster would link them. */
export class Cluster {
  readonly workloads: readonly Workload[];
  readonly resources: readonly Resource[];
  readonly #byKind: ReadonlyMap<string, readonly Resource[]>;

  constructor(
    written: readonly Resource[],
    private readonly findPrinted: FindPrinted = () => undefined,
    private readonly builds: Builds = NO_BUILDS,
    private readonly usesModule = false,
  ) {
    this.resources = inTheirNamespace(written);
    this.#byKind = byKind(this.resources);
    this.workloads = this.resources
      .filter(isWorkload)
      .filter(isComplete)
      .map((resource) => this.#link(resource));
  }

  /** Every object of a kind. */
  ofKind(kind: string): readonly Resource[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** An object by its kind, its name and its namespace. */
  find(kind: string, name: string, namespace: string): Resource | undefined {
    return this.ofKind(kind).find((resource) => resource.name === name && resource.namespace === namespace);
  }

  /** CronJobs of Kubernetes that say what they run, each as a workload: with its pods and what their variables come from. */
  get cronJobs(): readonly Workload[] {
    return this.ofKind('CronJob')
      .filter(({ apiVersion }) => apiVersion.startsWith('batch/'))
      .flatMap((resource) => {
        const template = resource.root.at('spec', 'jobTemplate', 'spec', 'template');
        const hasImage = template.at('spec', 'containers').items.some((container) => container.at('image').exists);
        return hasImage ? [this.#link(resource, template)] : [];
      });
  }

  #link(resource: Resource, podTemplate = templateOf(resource)): Workload {
    const { kind, name } = resource;
    // Argo's Rollout may have its pods written in a Deployment, whose number of pods then says nothing.
    const scaled = this.#near(resource, 'Rollout').find((rollout) => refersTo(rollout, resource)) ?? resource;
    const pod = podTemplate.at('spec');
    const labels = podTemplate.at('metadata', 'labels').texts;
    const containers = this.#containers(resource, pod.at('containers'));
    const [first] = containers;
    const main = mainOf(containers, name) ?? first;
    if (main === undefined) throw new Error(`${kind} ${name} has no container, which was looked at before`);
    const printed = this.findPrinted({ workload: name, variables: knownTexts(main.variables) });
    const settings = learnSettings({ printed, variables: main.variables, isProduction: true, at: main.field });
    const traffic = this.#traffic(resource, labels);
    return {
      ...resource,
      kind: scaled.kind,
      namespaceObject: this.ofKind('Namespace').find((one) => one.name === resource.namespace),
      spec: scaled.root.at('spec'),
      podTemplate,
      pod,
      labels,
      containers,
      sidecars: this.#containers(resource, pod.at('initContainers')).filter(({ isNativeSidecar }) => isNativeSidecar),
      main,
      settings,
      doubt: this.usesModule
        ? undefined
        : doubtOf({ main, resource, services: traffic.services, settings }, this.builds),
      inChart: this.#inChart(resource),
      secrets: this.#near(resource, 'Secret'),
      configMaps: this.#near(resource, 'ConfigMap'),
      ...this.#scale(scaled),
      ...traffic,
    };
  }

  #inChart({ root, template, kind }: Resource): ChartWords | undefined {
    const text = template === undefined ? undefined : this.builds.chartTemplate(root.source.path, template);
    return text === undefined ? undefined : chartWordsOf(text, kind);
  }

  #containers({ namespace, name }: Resource, list: Field): readonly Container[] {
    const findConfigMap = (name: string): Resource | undefined => this.find('ConfigMap', name, namespace);
    return list.items.map((field) => {
      const image = field.at('image').text ?? '';
      const build = this.builds.find(image, [field.at('name').text ?? '', name]);
      return new Container(field, environmentOf(field, findConfigMap), build);
    });
  }

  #scale(resource: Resource): Pick<Workload, 'autoscalers' | 'replicas' | 'replicasField'> {
    const all = Object.keys(LEAST_KEYS).flatMap((kind) => this.#near(resource, kind));
    const autoscalers = all.filter((scaler) => targets(scaler, resource));
    const replicasField = replicasFieldOf(resource.root, autoscalers);
    const written = wholeNumber(replicasField, 1);
    // KEDA keeps none only while there is nothing to do.
    const least = written === 0 && autoscalers[0]?.kind === 'ScaledObject' ? 1 : written;
    const replicas = resource.kind === 'DaemonSet' ? undefined : least;
    return { autoscalers, replicas, replicasField };
  }

  #traffic(resource: Resource, labels: ReadonlyMap<string, string>): Traffic {
    const chosen = (kind: string, selector: string): readonly Resource[] =>
      this.#near(resource, kind).filter(({ root }) => selects(root.at('spec', selector), labels));
    const services = this.#near(resource, 'Service').filter(({ root }) => chooses(root.at('spec', 'selector'), labels));
    return {
      services,
      ingresses: this.#near(resource, 'Ingress').filter((ingress) => mentions(ingress, services)),
      routes: ROUTE_KINDS.flatMap((kind) => this.ofKind(kind)).filter((route) => mentions(route, services)),
      disruptionBudgets: chosen('PodDisruptionBudget', 'selector'),
      networkPolicies: chosen('NetworkPolicy', 'podSelector'),
    };
  }

  #near({ namespace }: Resource, kind: string): readonly Resource[] {
    return this.ofKind(kind).filter((resource) => resource.namespace === namespace);
  }
}

/**
 * Where neither workloads nor Services write a namespace, and everything else that writes one writes the same, they are meant for that:
 * Argo CD and `kubectl apply -n` say it when they are applied.
 */
function inTheirNamespace(resources: readonly Resource[]): readonly Resource[] {
  const isOpen = ({ root }: Resource): boolean => !root.at('metadata', 'namespace').exists;
  const serving = resources.filter((one) => isWorkload(one) || one.kind === 'Service');
  const [namespace, ...others] = new Set(resources.filter((one) => !isOpen(one)).map((one) => one.namespace));
  if (namespace === undefined || others.length > 0 || !resources.some(isWorkload) || !serving.every(isOpen))
    return resources;
  return resources.map((one) => (isOpen(one) ? { ...one, namespace } : one));
}

function byKind(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const kinds = new Map<string, Resource[]>();
  for (const resource of resources) {
    const others = kinds.get(resource.kind);
    if (others === undefined) kinds.set(resource.kind, [resource]);
    else others.push(resource);
  }
  return kinds;
}

function templateOf({ root, kind }: Resource): Field {
  return kind === 'Pod' ? root : root.at('spec', 'template');
}

type Traffic = Pick<Workload, 'services' | 'ingresses' | 'routes' | 'disruptionBudgets' | 'networkPolicies'>;

/** A patch that kustomize would lay over something else names its containers, but not what runs in them. */
function isComplete({ root, kind }: Resource): boolean {
  const pod = kind === 'Pod' ? root.at('spec') : root.at('spec', 'template', 'spec');
  return pod.at('containers').items.some((container) => container.at('image').exists);
}

function mainOf(containers: readonly Container[], workload: string): Container | undefined {
  const own = containers.filter((container) => !container.isHelper && !isForeign(container));
  return (
    own.find((container) => container.variable('SHUTDOWN_GRACE_PERIOD') !== undefined) ??
    own.find((container) => container.name === workload) ??
    own.find((container) => container.ports.length > 0) ??
    own[0] ??
    containers.find(({ isHelper }) => !isHelper) ??
    containers[0]
  );
}

/** A Service without a selector chooses nothing. */
function chooses(selector: Field, labels: ReadonlyMap<string, string>): boolean {
  return selector.texts.size > 0 && includesAll(labels, selector.texts);
}

/** What scales workloads, KEDA's too, and where each says how many pods it leaves. */
const LEAST_KEYS: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: 'minReplicas',
  ScaledObject: 'minReplicaCount',
};

function refersTo(rollout: Resource, { kind, name }: Resource): boolean {
  const reference = rollout.root.at('spec', 'workloadRef');
  return reference.at('kind').text === kind && reference.at('name').text === name;
}

/** KEDA takes a target without a kind for a Deployment. */
function targets(scaler: Resource, { kind, name }: Resource): boolean {
  const target = scaler.root.at('spec', 'scaleTargetRef');
  const targetKind = target.at('kind').text ?? (scaler.kind === 'ScaledObject' ? 'Deployment' : undefined);
  return targetKind === kind && target.at('name').text === name;
}

/** An autoscaler writes the number of replicas over what the workload says. */
function replicasFieldOf(root: Field, [autoscaler]: readonly Resource[]): Field {
  const key = LEAST_KEYS[autoscaler?.kind ?? ''];
  return autoscaler === undefined || key === undefined ? root.at('spec', 'replicas') : autoscaler.root.at('spec', key);
}
