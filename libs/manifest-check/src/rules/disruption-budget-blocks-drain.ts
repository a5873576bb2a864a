import { replaceValue } from '../edits/text-edit.js';
import { type PartialReport, type Rule } from '../rule-kinds/rule.js';
import { type DisruptionBudget, disruptionBudgetOf } from '../manifest/disruption-budget.js';
import { type Field } from '../source/field.js';

/** A budget that never lets a pod go is one that people will force. */
export const disruptionBudgetBlocksDrain: Rule = {
  id: 'disruption-budget-blocks-drain',
  severity: 'error',
  summary: 'A PodDisruptionBudget lets no pod go, so a node cannot be drained',
  *check({ cluster }) {
    for (const resource of cluster.ofKind('PodDisruptionBudget')) {
      const budget = disruptionBudgetOf(resource, cluster.workloads);
      // An empty selector counts every pod in the namespace, also those that the files do not show.
      if (budget === undefined || budget.evictable > 0 || isForAll(resource.root.at('spec', 'selector'))) continue;
      yield { about: resource, ...reportOn(budget) };
    }
  },
};

function reportOn({ at, pods }: DisruptionBudget): PartialReport {
  const key = at.keys.at(-1) === 'maxUnavailable' ? 'maxUnavailable' : 'minAvailable';
  const isAlone = pods === 1;
  return {
    at,
    message: `${key} ${at.text ?? ''} of ${isAlone ? '1 pod' : `${pods} pods`} lets none go`,
    why: 'Draining a node waits for ever, and so do upgrades of the cluster. A forced drain deletes all pods of the node at once.',
    remedy: `maxUnavailable: 1${key === 'minAvailable' ? '   # in place of minAvailable: only one of them may be there' : ''}${isAlone ? '\n# and at least two replicas' : ''}`,
    ...(!isAlone && { fix: { isSafe: false, edits: replaceValue(at, key === 'maxUnavailable' ? 1 : pods - 1) } }),
  };
}

function isForAll(selector: Field): boolean {
  return selector.at('matchLabels').entries.length === 0 && selector.at('matchExpressions').items.length === 0;
}
