import { type Deployment } from '../scenario/scenario.js';
import { type ReplicaSetView, type Scale } from './scale-decision.js';

/** The two ReplicaSets of a canary, and how many percent of the pods shall be new. */
export interface CanaryView {
  readonly weight: number;
  readonly next: ReplicaSetView;
  readonly stable: ReplicaSetView;
}

interface Counts {
  readonly next: number;
  readonly stable: number;
}

/**
 * What the controller of a Rollout scales now, as long as the Service shares requests out by pods (`CalculateReplicaCountsForBasicCanary` in Argo Rollouts).
 * What grows goes first, the stable ReplicaSet before the new one. The one that shrinks leaves as many available pods as there have to be.
 */
export function canaryScales(deployment: Deployment, view: CanaryView): readonly Scale[] {
  const desired = desiredCounts(deployment, view);
  const grown = grow(deployment, view, desired);
  const { next, stable } = shrink(deployment, view, { desired, grown });
  return [
    ...(next === view.next.wanted ? [] : [{ revision: view.next.revision, replicas: next }]),
    ...(stable === view.stable.wanted ? [] : [{ revision: view.stable.revision, replicas: stable }]),
  ];
}

/** Whether there are as many pods of both as the weight asks for, all available. */
export function isAtWeight(deployment: Deployment, view: CanaryView): boolean {
  const desired = desiredCounts(deployment, view);
  const isThere = ({ wanted, running, available }: ReplicaSetView, count: number): boolean =>
    [wanted, running, available].every((number) => number === count);
  return isThere(view.next, desired.next) && isThere(view.stable, desired.stable);
}

/**
 * The counts that come closest to the weight (`approximateWeightedCanaryStableReplicaCounts`). With a surge there may be one pod more. Between 0 and 100 there is a pod
 * of each, unless only one pod may be there at all.
 */
function desiredCounts({ replicas, maxSurge }: Deployment, { weight }: CanaryView): Counts {
  const share = (replicas * weight) / 100;
  if (weight === 0 || weight === 100) return { next: share, stable: replicas - share };
  const totals = maxSurge > 0 ? [replicas, replicas + 1] : [replicas];
  const mayBeNone = replicas === 1 && maxSurge === 0;
  const options = totals
    .flatMap((total) => [Math.ceil(share), Math.floor(share)].map((next) => ({ next, stable: total - next })))
    .filter(({ next, stable }) => mayBeNone || (next > 0 && stable > 0));
  const missBy = ({ next, stable }: Counts): number => Math.abs((100 * next) / (next + stable) - weight);
  return options.reduce(
    (best, option) => (missBy(option) < missBy(best) ? option : best),
    options[0] ?? { next: 0, stable: replicas },
  );
}

function grow({ replicas, maxSurge }: Deployment, { next, stable }: CanaryView, desired: Counts): Counts {
  const room = replicas + maxSurge - next.wanted - stable.wanted;
  const moreStable = within(desired.stable - stable.wanted, room);
  const moreNew = within(desired.next - next.wanted, room - moreStable);
  return { next: next.wanted + moreNew, stable: stable.wanted + moreStable };
}

function shrink(
  { replicas, maxUnavailable }: Deployment,
  { next, stable }: CanaryView,
  { desired, grown }: { readonly desired: Counts; readonly grown: Counts },
): Counts {
  const isIncreasing = desired.next >= next.wanted;
  const kept = countOf(next, !isIncreasing) + countOf(stable, isIncreasing);
  const room = kept - (replicas - maxUnavailable);
  return isIncreasing
    ? { next: grown.next, stable: grown.stable - within(stable.wanted - desired.stable, room) }
    : { next: grown.next - within(next.wanted - desired.next, room), stable: grown.stable };
}

/** Of the one that shrinks, pods that are not available count as well: waiting for them would hold the other one up. */
function countOf({ wanted, available }: ReplicaSetView, isUnavailableCounted: boolean): number {
  return isUnavailableCounted ? wanted : Math.min(wanted, available);
}

function within(number: number, most: number): number {
  return Math.max(0, Math.min(number, most));
}
