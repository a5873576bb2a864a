import { NOTICE_MS, type PodFacts } from './pod-facts.js';

/**
 * Why a pod that belongs to the service could take no request at some time, although the rollout had not taken it away: what explains
 * the requests that found no pod at all, before the numbers of the strategy are blamed.
 */
export type Absence = 'crashed' | 'liveness';

/** Why this pod was away at that time; `undefined` where it was not, or where it had been deleted. */
export function absenceOf(pod: PodFacts, at: number): Absence | undefined {
  if ((pod.deletedAt ?? Infinity) <= at) return undefined;
  if (isDownByCrash(pod, at)) return 'crashed';
  const isRestarted = livenessRestarts(pod).some(
    (restart) => at >= stopBefore(pod, restart.at) && at < backAfter(pod, restart.at),
  );
  return isRestarted ? 'liveness' : undefined;
}

/** Whether it had ended by itself and was not back, or ended in that moment; a pod that was deleted later had crashed all the same. */
export function isDownByCrash(pod: PodFacts, at: number): boolean {
  return pod.crashes.some((crash) => at >= crash.at - NOTICE_MS && at < backAfter(pod, crash.at));
}

/** Restarts that the liveness probe asked for, of a pod that had been ready: one that was starting is slow, and told by a rule of its own. */
export function livenessRestarts({ restarts, readyAt }: PodFacts): PodFacts['restarts'] {
  return restarts.filter(({ at, reason }) => /liveness/i.test(reason) && at > (readyAt ?? Infinity));
}

/** When the pod was ready again; `Infinity` where it never was. */
export function backAfter(pod: PodFacts, at: number): number {
  return pod.events.find((event) => event.type === 'pod-ready' && event.at > at)?.at ?? Infinity;
}

/** When the signal was sent that the restart began with. */
function stopBefore(pod: PodFacts, restartAt: number): number {
  return pod.events.findLast((event) => event.type === 'signal-sent' && event.at <= restartAt)?.at ?? restartAt;
}
