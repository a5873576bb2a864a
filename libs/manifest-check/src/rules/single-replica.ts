import { singleVolumeOf } from '../manifest/single-volume.js';
import { serviceRule } from '../rule-kinds/rule.js';

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
    yield {
      at: replicasField,
      message: `there is only one pod${replicasField.exists ? '' : ' (the default)'}`,
      why: 'When its node is drained or its container restarts, no pod is left to answer until the next one is ready.',
      remedy: `${replicasField.keys.at(-1) ?? 'replicas'}: 2`,
    };
  },
});
