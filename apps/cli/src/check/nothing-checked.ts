import { type CheckResult } from 'nestjs-lifecycle-manifest-check';

/**
 * What to say when there was nothing to check, since a result without findings would look like good news; `undefined`
 * when there was.
 */
export function nothingChecked(result: CheckResult, paths: readonly string[]): string | undefined {
  const { findings, suppressed, unusable, checked } = result;
  const isChecked = checked.workloads + checked.platforms > 0;
  if (isChecked || findings.length + suppressed.length + unusable.length > 0) return undefined;
  const where = paths.map((path) => (path === '-' ? 'what came through the pipe' : path)).join(', ');
  return (
    `nothing to check in ${where}: no workload (Deployment, StatefulSet, DaemonSet, ReplicaSet, Rollout, Pod, Job or CronJob, with ` +
    `an image), and no file of another platform. ${whatToType(paths)}`
  );
}

function whatToType(paths: readonly string[]): string {
  return paths.includes('-')
    ? 'Look at what the command before the pipe prints, and let it stop the script when it fails: set -o pipefail'
    : 'Name the folder that holds the workload, too, as in `nestjs-lifecycle check k8s/`; ' +
        'patches are checked once they are rendered: kubectl kustomize overlays/production | nestjs-lifecycle check -';
}
