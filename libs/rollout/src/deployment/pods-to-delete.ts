import { type PodStatus } from '../kubelet/pod-worker.js';
import { type Random } from '../random/random.js';

/**
 * Which pods a ReplicaSet deletes when it has too many (`ActivePodsWithRanks` in Kubernetes): those whose container does not run, then
 * those that are not ready, then those that became ready later, as far as the powers of two of their ages differ
 * (LogarithmicScaleDown); what is alike after that is a matter of uids, that is, of chance.
 */
export function podsToDelete(
  pods: readonly PodStatus[],
  count: number,
  { now, random }: { readonly now: number; readonly random: Random },
): readonly PodStatus[] {
  const uid = (pod: PodStatus): number => random.stream(`uid/${pod.name}`).uniform(0, 1);
  const ranked = pods.map((pod) => [isRunning(pod), Number(pod.isReady), readyRank(pod, now), -pod.restarts, uid(pod)]);
  return pods
    .map((pod, index) => ({ pod, rank: ranked[index] ?? [] }))
    .toSorted((a, b) => compare(a.rank, b.rank))
    .slice(0, Math.max(0, count))
    .map(({ pod }) => pod);
}

function isRunning({ pid }: PodStatus): number {
  return Number(pid !== undefined);
}

function readyRank({ readySince }: PodStatus, now: number): number {
  return readySince === undefined ? -1 : Math.floor(Math.log2(Math.max(1, (now - readySince) * 1e6)));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
