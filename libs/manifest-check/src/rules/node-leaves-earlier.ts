import { type Model, workloadRule } from '../rule-kinds/rule.js';
import { gracePeriodMs, type Workload } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';
import { type Field } from '../source/field.js';

/** A grace period is a wish where the node itself is given less. */
export const nodeLeavesEarlier = workloadRule({
  id: 'node-leaves-earlier',
  severity: 'note',
  summary: 'The grace period is longer than what the nodes of the pods are given',
  *check(workload, model) {
    const graceMs = gracePeriodMs(workload);
    if (graceMs === undefined) return;
    const limit = [...spotLimits(workload), ...poolLimits(workload, model)].find(({ ms }) => ms < graceMs);
    if (limit === undefined) return;
    yield {
      at: limit.at,
      message: `the pod may take ${formatMs(graceMs)}, but ${limit.words} ${formatMs(limit.ms)}`,
      why: 'When the node is taken away its pods are killed with it, however much of their grace period is left: requests still in flight are cut.',
      remedy: `Keep terminationGracePeriodSeconds, with SHUTDOWN_GRACE_PERIOD, at ${Math.floor(limit.ms / 1000)} or below, or run on nodes that stay.`,
    };
  },
});

interface Limit {
  readonly at: Field;
  readonly ms: number;
  readonly words: string;
}

/**
 * The notice before a spot node goes: AWS 2 min, Azure 30 s; on GKE the kubelet gives 15 of its 30 s to pods that are
 * not the system's, where the node pool does not extend that. Karpenter runs on several clouds, of which AWS gives the longest notice.
 */
const SPOT: readonly (readonly [label: string, value: RegExp, seconds: number])[] = [
  ['eks.amazonaws.com/capacityType', /^SPOT$/, 120],
  ['karpenter.sh/capacity-type', /^spot$/, 120],
  ['cloud.google.com/gke-spot', /^true$/, 15],
  ['cloud.google.com/gke-preemptible', /^true$/, 15],
  ['kubernetes.azure.com/scalesetpriority', /^spot$/, 30],
];

/** Only what makes pods go to such nodes; a toleration merely lets them. */
function spotLimits({ pod }: Workload): readonly Limit[] {
  const selector = pod.at('nodeSelector');
  const terms = pod.at('affinity', 'nodeAffinity', REQUIRED, 'nodeSelectorTerms').items;
  const [term, ...others] = terms;
  const required = term === undefined || others.length > 0 ? [] : term.at('matchExpressions').items;
  return SPOT.flatMap(([label, wanted, seconds]) => {
    const written = selector.at(label);
    const inAffinity = required.find((expression) => requires(expression, label, wanted));
    const at = wanted.test(written.text ?? '') ? written : inAffinity;
    return at === undefined ? [] : [{ at, ms: seconds * 1000, words: 'a spot node is taken away after' }];
  });
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

function requires(expression: Field, label: string, wanted: RegExp): boolean {
  const values = expression.at('values').items;
  const isOne = expression.at('key').text === label && expression.at('operator').text === 'In';
  return isOne && values.length > 0 && values.every(({ text }) => wanted.test(text ?? ''));
}

/** Karpenter drains a node no longer than its pool says; a pod that names the pool is bound to it. */
function poolLimits({ pod }: Workload, { cluster }: Model): readonly Limit[] {
  const at = pod.at('nodeSelector', 'karpenter.sh/nodepool');
  const pools = cluster.ofKind('NodePool').filter(({ name }) => name === at.text);
  return pools.flatMap(({ root }) => {
    const ms = durationOf(root.at('spec', 'template', 'spec', 'terminationGracePeriod').text ?? '');
    return ms === undefined ? [] : [{ at, ms, words: 'Karpenter drains a node of this pool for' }];
  });
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `1h30m`. */
function durationOf(text: string): number | undefined {
  if (!/^(?:\d+[smh])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smh])/g)].reduce(
    (sum, [, n, unit = '']) => sum + Number(n) * (UNIT_MS[unit] ?? 0),
    0,
  );
}
