/** What a container gets at least between SIGTERM and SIGKILL: `minimumGracePeriodInSeconds` of the kubelet. */
const LEAST_MS = 2000;

/**
 * From SIGTERM to SIGKILL: the grace period less what preStop took, in whole seconds rounded down, and never less than two seconds
 * (`killContainer` in the kubelet's kuberuntime_container.go). The "2 s extension" of the documentation is this floor.
 */
export function remainingAfterPreStop(gracePeriodMs: number, preStopMs: number): number {
  return Math.max(LEAST_MS, gracePeriodMs - Math.floor(preStopMs / 1000) * 1000);
}
