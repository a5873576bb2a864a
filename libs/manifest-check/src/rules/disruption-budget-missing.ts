import { budgetText } from '../manifest/budget-remedy.js';
import { isForDevelopment } from '../manifest/for-development.js';
import { isForeign } from '../manifest/foreign.js';
import { type Workload } from '../manifest/workload.js';
import { workloadRule } from '../rule-kinds/rule.js';

/** Nodes are drained as quickly as budgets let them. */
export const disruptionBudgetMissing = workloadRule({
  id: 'disruption-budget-missing',
  severity: 'warning',
  summary: 'A service with several pods has no PodDisruptionBudget',
  *check(workload) {
    const { kind, replicas = 0, services, disruptionBudgets, root } = workload;
    // Drains do not evict the pods of a DaemonSet, and a single pod cannot be kept and moved at once.
    if (kind === 'Pod' || replicas < 2 || services.length === 0 || disruptionBudgets.length > 0) return;
    yield {
      severity: isForDevelopment(workload) || isStore(workload) ? 'note' : undefined,
      at: root.at('metadata', 'name'),
      message: `no PodDisruptionBudget chooses its ${replicas} pods`,
      why: 'When nodes are drained, be it for an upgrade or by an autoscaler, all pods may be evicted at once: until new ones are ready, every request is refused.',
      remedy: budgetText(workload),
    };
  },
});

/** How many nodes of a store may be away is for the store to say. */
function isStore({ kind, main }: Workload): boolean {
  return kind === 'StatefulSet' && isForeign(main);
}
