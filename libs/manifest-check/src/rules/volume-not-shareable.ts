import { type Report, workloadRule } from '../rule-kinds/rule.js';
import { type Severity } from '../findings/severity.js';
import { exclusiveModeOf, isOfFileShare } from '../manifest/exclusive.js';
import { isForDevelopment } from '../manifest/for-development.js';
import { waysOut } from '../manifest/single-volume.js';
import { rollingUpdateOf } from '../manifest/rolling-update.js';
import { type Workload } from '../manifest/workload.js';

/** Old and new pods overlap in a rollout, and such a volume is for one node, or one pod. */
export const volumeNotShareable = workloadRule({
  id: 'volume-not-shareable',
  severity: 'warning',
  summary: 'Pods that overlap in a rollout share a ReadWriteOnce volume',
  *check(workload, { cluster }) {
    const together = podsTogether(workload);
    const claims = workload.pod.at('volumes').items.map((volume) => volume.at('persistentVolumeClaim', 'claimName'));
    for (const claim of together > 1 ? claims : []) {
      const mode = exclusiveModeOf(claim.text ?? '', workload, cluster);
      if (mode === undefined) continue;
      const message = `the volume ${claim.text ?? ''} is ${mode}, and ${together} pods of a rollout want it`;
      yield {
        at: claim,
        ...(isOfFileShare(claim, workload, cluster)
          ? unsure(message)
          : { severity: severityOf(mode, workload), message }),
        why: 'A new pod on another node waits for the volume until the old one is gone: the rollout is stuck, or leaves no pod to answer.',
        remedy: waysOut(workload, claim.text ?? ''),
      };
    }
  },
});

/** Storage that does not keep a second node out makes nothing wait. */
function unsure(message: string): Pick<Report, 'severity' | 'message'> {
  const doubt = 'a note, since its storage class is one of file shares, which several nodes can mount';
  return { severity: 'note', message: `${message} (${doubt})` };
}

/** A volume of one pod holds every rollout up; a volume of one node only where there is more than one. */
function severityOf(mode: string, workload: Workload): Severity {
  if (mode === 'ReadWriteOncePod') return 'error';
  return isForDevelopment(workload) ? 'note' : 'warning';
}

/** The most pods that there are during a rollout; 0 where none replace others by rolling. */
function podsTogether(workload: Workload): number {
  const update = rollingUpdateOf(workload);
  const { replicas = 0 } = workload;
  return update === undefined || replicas === 0 ? 0 : replicas + update.surge;
}
