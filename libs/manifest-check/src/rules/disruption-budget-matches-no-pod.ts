import { type Rule } from '../rule-kinds/rule.js';
import { namesakeOf } from '../manifest/kinship.js';

/** A budget that counts no pods protects none. */
export const disruptionBudgetMatchesNoPod: Rule = {
  id: 'disruption-budget-matches-no-pod',
  severity: 'error',
  summary: 'The selector of a PodDisruptionBudget misses the pods of the workload it is named after',
  *check({ cluster }) {
    for (const budget of cluster.ofKind('PodDisruptionBudget')) {
      const selector = budget.root.at('spec', 'selector');
      const isUsed = cluster.workloads.some(({ disruptionBudgets }) => disruptionBudgets.includes(budget));
      const workload = namesakeOf(budget, cluster.workloads);
      if (isUsed || workload === undefined) continue;
      const labels = [...workload.labels];
      yield {
        at: selector,
        about: budget,
        message: `the selector does not choose the pods of ${workload.kind} ${workload.name}, which have ${labels.map(([key, value]) => `${key}=${value}`).join(', ') || 'no labels'}`,
        why: 'A budget that counts no pods protects none: when nodes are drained, all of them may be evicted at once.',
        remedy: `selector:\n  matchLabels:\n${labels.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`).join('\n')}`,
      };
    }
  },
};
