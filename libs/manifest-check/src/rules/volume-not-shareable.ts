import { workloadRule } from '../rule-kinds/rule.js';
import { exclusiveModeOf } from '../manifest/exclusive.js';
import { rollingUpdateOf } from '../manifest/rolling-update.js';

/** Old and new pods overlap in a rollout, and such a volume is for one node, or one pod. */
export const volumeNotShareable = workloadRule({
  id: 'volume-not-shareable',
  severity: 'warning',
  summary: 'Pods that overlap in a rollout share a ReadWriteOnce volume',
  *check(workload, { cluster }) {
    const update = rollingUpdateOf(workload);
    const { replicas = 0, pod } = workload;
    if (update === undefined || replicas === 0) return;
    const together = replicas + update.surge;
    if (!(together > 1)) return;
    for (const volume of pod.at('volumes').items) {
      const claim = volume.at('persistentVolumeClaim', 'claimName');
      const mode = exclusiveModeOf(claim.text ?? '', workload, cluster);
      if (mode === undefined) continue;
      yield {
        at: claim,
        severity: mode === 'ReadWriteOncePod' ? 'error' : 'warning',
        message: `the volume ${claim.text ?? ''} is ${mode}, and ${together} pods of a rollout want it`,
        why: 'A new pod on another node waits for the volume until the old one is gone: the rollout is stuck, or leaves no pod to answer.',
        remedy:
          'accessModes: [ReadWriteMany]   # where the storage can; else a StatefulSet with volumeClaimTemplates, or keep the files elsewhere',
      };
    }
  },
});
