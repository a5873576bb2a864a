import { addEntry, replaceValue } from '../edits/text-edit.js';
import { type Rule } from '../rule-kinds/rule.js';

/** Pods that serve no requests need no protection. */
export const disruptionBudgetUnhealthy: Rule = {
  id: 'disruption-budget-unhealthy',
  severity: 'note',
  summary: 'A PodDisruptionBudget holds pods that are not ready',
  *check({ cluster }) {
    for (const budget of cluster.ofKind('PodDisruptionBudget')) {
      const isUsed = cluster.workloads.some(({ disruptionBudgets }) => disruptionBudgets.includes(budget));
      const spec = budget.root.at('spec');
      const at = spec.at('unhealthyPodEvictionPolicy');
      if (!isUsed || at.text === 'AlwaysAllow' || budget.apiVersion !== 'policy/v1') continue;
      yield {
        at,
        about: budget,
        message: `unhealthyPodEvictionPolicy is ${at.text ?? 'IfHealthyBudget (the default)'}`,
        why: 'Pods that fail to become ready count against the budget: they cannot be evicted while too few others are ready, so a broken release also stops the drain of its nodes.',
        remedy: 'unhealthyPodEvictionPolicy: AlwaysAllow',
        fix: {
          isSafe: true,
          edits: at.exists
            ? replaceValue(at, 'AlwaysAllow')
            : addEntry(spec, 'unhealthyPodEvictionPolicy', 'AlwaysAllow'),
        },
      };
    }
  },
};
