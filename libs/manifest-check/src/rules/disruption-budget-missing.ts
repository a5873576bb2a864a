import { workloadRule } from '../rule-kinds/rule.js';

/** Nodes are drained as quickly as budgets let them. */
export const disruptionBudgetMissing = workloadRule({
  id: 'disruption-budget-missing',
  severity: 'warning',
  summary: 'A service with several pods has no PodDisruptionBudget',
  *check({ kind, name, labels, replicas = 0, services, disruptionBudgets, root }) {
    // Drains do not evict the pods of a DaemonSet, and a single pod cannot be kept and moved at once.
    if (kind === 'Pod' || replicas < 2 || services.length === 0 || disruptionBudgets.length > 0) return;
    const matched = [...labels].map(([key, text]) => `      ${key}: ${JSON.stringify(text)}`).join('\n');
    const written = root.at('metadata', 'namespace').text;
    const space = written === undefined ? '' : `  namespace: ${written}\n`;
    yield {
      at: root.at('metadata', 'name'),
      message: `no PodDisruptionBudget chooses its ${replicas} pods`,
      why: 'When nodes are drained, be it for an upgrade or by an autoscaler, all pods may be evicted at once: until new ones are ready, every request is refused.',
      remedy:
        `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: ${name}\n${space}spec:\n  maxUnavailable: 1\n` +
        `  unhealthyPodEvictionPolicy: AlwaysAllow\n  selector:\n    matchLabels:\n${matched}`,
    };
  },
});
