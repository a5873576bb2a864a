import { type PartialReport, workloadRule } from '../rule-kinds/rule.js';
import { selects } from '../manifest/labels.js';
import { type Workload } from '../manifest/workload.js';
import { type Field } from '../source/field.js';

const HOSTNAME = 'kubernetes.io/hostname';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Pods that must be on one node leave together with it. */
export const podsOnOneNode = workloadRule({
  id: 'pods-on-one-node',
  severity: 'warning',
  summary: 'All pods of a service have to be on the same node, and go with it',
  *check(workload) {
    const { kind, replicas = 0, services } = workload;
    if (kind === 'Pod' || replicas < 2 || services.length === 0) return;
    const bound = boundTo(workload);
    if (bound === undefined) return;
    yield {
      ...bound,
      why: 'When that node is drained, updated or fails, all pods go at once: until new ones are ready somewhere, every request is refused.',
    };
  },
});

type Bound = Pick<PartialReport, 'at' | 'message' | 'remedy'>;

function boundTo({ pod, labels, replicas = 0 }: Workload): Bound | undefined {
  const name = pod.at('nodeName');
  if (name.exists) {
    return {
      at: name,
      message: `nodeName puts all ${replicas} pods on ${name.text ?? 'one node'}`,
      remedy: 'Delete nodeName: the scheduler spreads the pods.',
    };
  }
  const selected = pod.at('nodeSelector', HOSTNAME);
  if (selected.exists) {
    return {
      at: selected,
      message: `nodeSelector puts all ${replicas} pods on ${selected.text ?? 'one node'}`,
      remedy: 'Delete nodeSelector, or select by a label that several nodes have: the scheduler spreads the pods.',
    };
  }
  return boundByAffinity({ pod, labels, replicas });
}

function boundByAffinity({
  pod,
  labels,
  replicas = 0,
}: Pick<Workload, 'pod' | 'labels' | 'replicas'>): Bound | undefined {
  const wanted = nodeWanted(pod);
  if (wanted !== undefined) {
    return {
      at: wanted,
      message: `nodeAffinity puts all ${replicas} pods on ${wanted.text ?? 'one node'}`,
      remedy: 'Delete that nodeAffinity, or name a label that several nodes have: the scheduler spreads the pods.',
    };
  }
  const terms = pod.at('affinity', 'podAffinity', REQUIRED).items;
  const together = terms.find(
    (term) => term.at('topologyKey').text === HOSTNAME && selects(term.at('labelSelector'), labels),
  );
  if (together === undefined) return undefined;
  return {
    at: together,
    message: `podAffinity wants all ${replicas} pods on the node of the first one`,
    remedy:
      'podAntiAffinity:\n  preferredDuringSchedulingIgnoredDuringExecution:\n    - weight: 100\n      podAffinityTerm:\n        topologyKey: kubernetes.io/hostname\n        labelSelector:\n' +
      `          matchLabels: ${JSON.stringify(Object.fromEntries(labels))}   # in place of podAffinity`,
  };
}

/** The one node that may have the pods. Of several terms one is enough, and in one term all has to be so. */
function nodeWanted(pod: Field): Field | undefined {
  const terms = pod.at('affinity', 'nodeAffinity', REQUIRED, 'nodeSelectorTerms').items;
  const [term, ...others] = terms;
  if (term === undefined || others.length > 0) return undefined;
  const onHost = term.at('matchExpressions').items.filter((one) => one.at('key').text === HOSTNAME);
  const byName = term.at('matchFields').items.filter((one) => one.at('key').text === 'metadata.name');
  const single = [...onHost, ...byName].find(
    (one) => one.at('operator').text === 'In' && one.at('values').items.length === 1,
  );
  return single?.at('values').items[0];
}
