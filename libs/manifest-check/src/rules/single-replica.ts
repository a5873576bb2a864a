import { budgetForMore } from '../manifest/budget-remedy.js';
import { singleReplicaText } from '../manifest/enough-for-start.js';
import { singleVolumeOf } from '../manifest/single-volume.js';
import { type Cluster } from '../manifest/cluster.js';
import { isForDevelopment } from '../manifest/for-development.js';
import { isMeantByComment } from '../manifest/meant-by-comment.js';
import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { serviceRule } from '../rule-kinds/rule.js';
import { isAssumed, type SignOfModule } from '../settings/assumed.js';
import { ownChecksOf } from '../traffic/own-checks.js';

/** One pod is none while its node is drained or its process is restarted. */
export const singleReplica = serviceRule({
  isOfAnyServer: true,
  id: 'single-replica',
  severity: 'warning',
  summary: 'A service that gets requests has one pod, so every update interrupts it',
  *check(workload, { cluster, facts }) {
    const { kind, replicas, replicasField, services } = workload;
    if (replicas !== 1 || services.length === 0 || kind === 'Pod') return;
    // A second one could not have its volume, and another rule says what can be done.
    if (singleVolumeOf(workload, cluster) !== undefined) return;
    // It goes on until the new pod is there. Where a balancer asks for readiness itself, another rule says that this is wrong.
    if (isServedToTheEnd(workload)) return;
    if (isOneOfMany(workload, cluster) || services.every(isOfMetrics)) return;
    yield {
      severity: isEnough(workload) ? 'note' : undefined,
      at: replicasField,
      message: messageFor(replicasField),
      why: 'When its node is drained or its container restarts, no pod is left to answer until the next one is ready.',
      remedy: remedyFor(workload, facts),
    };
  },
});

function messageFor(replicas: Workload['replicasField']): string {
  const meant = isMeantByComment(replicas) ? ' (a note, since a comment beside it says that one is meant)' : '';
  return `there is only one pod${replicas.exists ? '' : ' (the default)'}${meant}`;
}

/** Whether a Service is there for scrapes of metrics alone: no client sends its pods a request. */
function isOfMetrics({ root }: Resource): boolean {
  const ports = root.at('spec', 'ports').items;
  return (
    ports.length > 0 && ports.every((port) => /^(?:http-)?(?:metrics|prometheus)$/.test(port.at('name').text ?? ''))
  );
}

/** Whether others answer in its place: the other nodes of a cluster, each in a controller of its own, or pods that the same Services choose. */
function isOneOfMany(workload: Workload, { workloads }: Cluster): boolean {
  const others = workloads.filter((one) => one.root !== workload.root && one.namespace === workload.namespace);
  const isShared = workload.services.every((service) => others.some(({ services }) => services.includes(service)));
  return isShared || others.some((other) => isSibling(other, workload));
}

/** `node-1` and `node-2` of one image. */
function isSibling(one: Workload, other: Workload): boolean {
  const [base, otherBase] = [one, other].map(({ name }) => /^(.*?)-?\d+$/.exec(name)?.[1]);
  const [image, otherImage] = [one, other].map(({ main }) => main.field.at('image').text);
  return base !== undefined && base === otherBase && image === otherImage;
}

/** Whether one may well be enough: for development, for what people run while they write it, and for what may keep data. */
function isEnough(workload: Workload): boolean {
  return (
    isMeantByComment(workload.replicasField) ||
    isForDevelopment(workload) ||
    workload.doubt === 'no server' ||
    isStateOfUnknown(workload)
  );
}

/** An image that is not known may keep data that a second replica would not have. */
function isStateOfUnknown({ kind, doubt }: Workload): boolean {
  return kind === 'StatefulSet' && doubt === 'runtime unknown';
}

function isServedToTheEnd({ settings }: Workload): boolean {
  return settings.enabled && settings.singleReplica !== false;
}

function remedyFor(workload: Workload, facts: SignOfModule): string {
  const { settings, spec, replicasField, inChart } = workload;
  const inValues = replicasField.keys.at(-1) === 'replicas' ? inChart?.replicas : undefined;
  const two = inValues === undefined ? `${String(replicasField.keys.at(-1) ?? 'replicas')}: 2` : inYaml(inValues, 2);
  // Two pods without a budget would be the next finding.
  const more = `${two}${ceilingFor(workload)}${budgetForMore(workload)}`;
  // Recreate makes the new pod only when the old one has gone; without the module there is nothing to switch on.
  const isOffered =
    settings.enabled &&
    workload.doubt === undefined &&
    ownChecksOf(workload) === undefined &&
    spec.at('strategy', 'type').text !== 'Recreate';
  if (!isOffered) return more;
  const how = isAssumed(settings, facts) ? 'or, with nestjs-lifecycle, let' : 'or let';
  return `${more}\n# ${how} the only pod serve until the new one is ready:\n${singleReplicaText(workload)}`;
}

/** An autoscaler whose most pods are fewer than its fewest is refused. */
function ceilingFor({ autoscalers: [autoscaler], replicasField }: Workload): string {
  const key = replicasField.keys.at(-1) === 'minReplicaCount' ? 'maxReplicaCount' : 'maxReplicas';
  return autoscaler !== undefined && (autoscaler.root.at('spec', key).number ?? 2) < 2 ? `\n${key}: 2` : '';
}

/** `api.replicaCount` of the values, as text to paste. */
function inYaml(path: string, value: number): string {
  const keys = path.split('.');
  const lines = keys.map((key, at) => `${'  '.repeat(at)}${key}:`);
  return `# in the values of the chart\n${lines.join('\n')} ${value}`;
}
