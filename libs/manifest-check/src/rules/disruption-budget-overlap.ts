import { workloadRule } from '../rule-kinds/rule.js';

/** The eviction of a pod with two budgets is refused. */
export const disruptionBudgetOverlap = workloadRule({
  id: 'disruption-budget-overlap',
  severity: 'error',
  summary: 'A pod is counted by two PodDisruptionBudgets, so it cannot be evicted',
  *check({ disruptionBudgets }) {
    // Two of the same name are one, for two environments.
    const distinct = new Map(disruptionBudgets.map((budget) => [budget.name, budget] as const));
    const second = [...distinct.values()].at(1);
    if (second === undefined) return;
    const names = [...distinct.keys()].join(' and ');
    yield {
      at: second.root.at('spec', 'selector'),
      message: `its pods are counted by ${distinct.size} budgets: ${names}`,
      why: 'The eviction of a pod with more than one budget is answered with an error: draining a node waits for ever. A forced drain deletes all of its pods at once.',
      remedy: `Delete one of the budgets ${names}, or narrow its selector.`,
    };
  },
});
