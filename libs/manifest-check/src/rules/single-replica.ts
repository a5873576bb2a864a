import { budgetForMore } from '../manifest/budget-remedy.js';
import { singleReplicaText } from '../manifest/enough-for-start.js';
import { singleVolumeOf } from '../manifest/single-volume.js';
import { type Workload } from '../manifest/workload.js';
import { serviceRule } from '../rule-kinds/rule.js';
import { ownChecksOf } from '../traffic/own-checks.js';

/** One pod is none while its node is drained or its process is restarted. */
export const singleReplica = serviceRule({
  id: 'single-replica',
  severity: 'warning',
  summary: 'A service that gets requests has one pod, so every update interrupts it',
  *check(workload, { cluster }) {
    const { kind, replicas, replicasField, services } = workload;
    if (replicas !== 1 || services.length === 0 || kind === 'Pod') return;
    // A second one could not have its volume, and another rule says what can be done.
    if (singleVolumeOf(workload, cluster) !== undefined) return;
    // It goes on until the new pod is there. Where a balancer asks for readiness itself, another rule says that this is wrong.
    if (isServedToTheEnd(workload)) return;
    yield {
      at: replicasField,
      message: `there is only one pod${replicasField.exists ? '' : ' (the default)'}`,
      why: 'When its node is drained or its container restarts, no pod is left to answer until the next one is ready.',
      remedy: remedyFor(workload),
    };
  },
});

function isServedToTheEnd({ settings }: Workload): boolean {
  return settings.enabled && settings.singleReplica !== false;
}

function remedyFor(workload: Workload): string {
  const { settings, spec, replicasField } = workload;
  // Two pods without a budget would be the next finding.
  const more = `${replicasField.keys.at(-1) ?? 'replicas'}: 2${budgetForMore(workload)}`;
  // Recreate makes the new pod only when the old one has gone; without the module there is nothing to switch on.
  const isOffered =
    settings.enabled && ownChecksOf(workload) === undefined && spec.at('strategy', 'type').text !== 'Recreate';
  if (!isOffered) return more;
  return `${more}\n# or let the only pod serve until the new one is ready:\n${singleReplicaText(workload)}`;
}
