import { type Deployment } from '../scenario/scenario.js';

/** One revision's ReplicaSet, as the Deployment controller sees it. */
export interface ReplicaSetView {
  readonly revision: number;
  /** `spec.replicas`. */
  readonly wanted: number;
  /** Its pods that are not being deleted. */
  readonly running: number;
  /** Those of them that have been ready for `minReadySeconds`. */
  readonly available: number;
  /** Its pods that are being deleted and have not gone. Only `Recreate` cares. */
  readonly terminating: number;
}

/** How many pods a ReplicaSet shall have from now on. */
export interface Scale {
  readonly revision: number;
  readonly replicas: number;
}

/**
 * The next step of the Deployment controller: what it scales now, nothing when it waits. One reconciliation either scales the new
 * ReplicaSet or the old ones (`rolling.go` and `recreate.go` in Kubernetes). Terminating pods are not counted.
 */
export function nextScales(deployment: Deployment, target: number, sets: readonly ReplicaSetView[]): readonly Scale[] {
  const next = sets.find(({ revision }) => revision === target) ?? emptySet(target);
  const old = sets.filter(({ revision }) => revision !== target).toSorted((a, b) => a.revision - b.revision);
  return deployment.strategy === 'Recreate' ? recreate(deployment, next, old) : rollingUpdate(deployment, next, old);
}

/** Whether the Deployment has arrived: all pods are of the target revision and available. */
export function isComplete({ replicas }: Deployment, target: number, sets: readonly ReplicaSetView[]): boolean {
  return sets.every(({ revision, running, available, wanted }) =>
    revision === target ? [running, available, wanted].every((count) => count === replicas) : running === 0,
  );
}

function recreate({ replicas }: Deployment, next: ReplicaSetView, old: readonly ReplicaSetView[]): readonly Scale[] {
  const toEnd = old.filter(({ wanted }) => wanted > 0);
  if (toEnd.length > 0) return toEnd.map(({ revision }) => ({ revision, replicas: 0 }));
  // Here, and only here, pods that are still terminating hold up the new ones.
  if (old.some(({ running, terminating }) => running + terminating > 0)) return [];
  return next.wanted === replicas ? [] : [{ revision: next.revision, replicas }];
}

function rollingUpdate(deployment: Deployment, next: ReplicaSetView, old: readonly ReplicaSetView[]): readonly Scale[] {
  const all = sum([next, ...old], ({ wanted }) => wanted);
  const wanted = wantedOfNew(deployment, next, all);
  if (wanted !== next.wanted) return [{ revision: next.revision, replicas: wanted }];
  if (sum(old, ({ wanted }) => wanted) === 0) return [];
  const leastAvailable = deployment.replicas - maxUnavailable(deployment);
  const cleaned = withoutUnhealthy(old, all - leastAvailable - (next.wanted - next.available));
  const available = next.available + sum(cleaned, ({ available }) => available);
  return changes(old, withFewer(cleaned, available - leastAvailable));
}

function wantedOfNew({ replicas, maxSurge }: Deployment, next: ReplicaSetView, all: number): number {
  if (next.wanted >= replicas) return replicas;
  return next.wanted + Math.max(0, Math.min(replicas + maxSurge - all, replicas - next.wanted));
}

/** Both zero would never get anywhere, so one pod may then be missing (`ResolveFenceposts`). */
function maxUnavailable({ maxSurge, maxUnavailable }: Deployment): number {
  return maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable;
}

/** Old pods that are not available cost nothing and go first, as far as the new pods that are not available yet permit. */
function withoutUnhealthy(old: readonly ReplicaSetView[], most: number): readonly ReplicaSetView[] {
  let left = most;
  return old.map((set) => {
    const removed = Math.max(0, Math.min(left, set.wanted - set.available));
    left -= removed;
    return { ...set, wanted: set.wanted - removed };
  });
}

function withFewer(old: readonly ReplicaSetView[], most: number): readonly ReplicaSetView[] {
  let left = most;
  return old.map((set) => {
    const removed = Math.max(0, Math.min(left, set.wanted));
    left -= removed;
    return { ...set, wanted: set.wanted - removed };
  });
}

function changes(before: readonly ReplicaSetView[], after: readonly ReplicaSetView[]): readonly Scale[] {
  const known = new Map(before.map(({ revision, wanted }) => [revision, wanted]));
  return after
    .filter(({ revision, wanted }) => known.get(revision) !== wanted)
    .map(({ revision, wanted }) => ({ revision, replicas: wanted }));
}

/** That of a revision that has no pods yet. */
export function emptySet(revision: number): ReplicaSetView {
  return { revision, wanted: 0, running: 0, available: 0, terminating: 0 };
}

function sum(sets: readonly ReplicaSetView[], count: (set: ReplicaSetView) => number): number {
  return sets.reduce((total, set) => total + count(set), 0);
}
