import { type Field } from '../source/field.js';
import { type Resource } from './resource.js';
import { type Workload } from './workload.js';

/** A PodDisruptionBudget, and how many of the pods it counts may be evicted at a time when all of them are healthy. */
export interface DisruptionBudget {
  readonly budget: Resource;
  readonly pods: number;
  readonly evictable: number;
  /** What decides it: `minAvailable` or `maxUnavailable`. */
  readonly at: Field;
}

/** The budget as the disruption controller counts; `undefined` where files do not show how many pods there are. */
export function disruptionBudgetOf(budget: Resource, workloads: readonly Workload[]): DisruptionBudget | undefined {
  const own = workloads.filter(({ disruptionBudgets }) => disruptionBudgets.includes(budget));
  const counts = own.map(({ replicas }) => replicas);
  const pods = counts.reduce<number>((sum, count) => sum + (count ?? Number.NaN), 0);
  const spec = budget.root.at('spec');
  const [least, most] = [spec.at('minAvailable'), spec.at('maxUnavailable')];
  const at = least.exists ? least : most;
  const share = amountOf(at, pods);
  if (share === undefined || Number.isNaN(pods) || pods === 0) return undefined;
  return { budget, pods, evictable: Math.max(0, least.exists ? pods - share : Math.min(pods, share)), at };
}

/** Of both, shares of pods are rounded up. */
function amountOf({ text }: Field, pods: number): number | undefined {
  const [, amount, percent] = /^(\d+)(%?)$/.exec(text ?? '') ?? [];
  if (amount === undefined) return undefined;
  return percent === '%' ? Math.ceil((Number(amount) * pods) / 100) : Number(amount);
}
