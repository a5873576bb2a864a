import { type PodStatus } from '../kubelet/pod-worker.js';
import { type StatefulSet } from '../scenario/scenario.js';

/** The pods of a StatefulSet as its controller sees them. */
export interface StatefulView {
  readonly replicas: number;
  /** The revision that pods shall have from the partition on; the others keep the first one. */
  readonly target: number;
  /** Those that have not gone: at most one has each ordinal. */
  readonly pods: ReadonlyMap<number, PodStatus>;
  readonly isAvailable: (pod: PodStatus) => boolean;
}

/** What the controller does now. */
export type StatefulStep =
  | { readonly kind: 'create'; readonly ordinal: number; readonly revision: number }
  | { readonly kind: 'delete'; readonly pod: string; readonly reason: string };

/** Pods below the partition stay with what they were made from. */
const FIRST_REVISION = 1;

/**
 * The next steps of the StatefulSet controller, none when it waits (`stateful_set_control.go` in Kubernetes): what is missing is created, what is too much
 * goes, the highest ordinal first, and then pods of another revision go, the highest first, each when no more than `maxUnavailable` are away. With
 * `OrderedReady` one that is not ready keeps all of that waiting.
 */
export function statefulSteps(set: StatefulSet, view: StatefulView): readonly StatefulStep[] {
  const isOrdered = set.podManagement === 'OrderedReady';
  const filling = fill(set, view, isOrdered);
  if (filling !== undefined) return filling;
  const condemned = [...view.pods].filter(([ordinal]) => ordinal >= view.replicas).toSorted(([a], [b]) => b - a);
  if (condemned.length > 0) return scaleDown(condemned, isOrdered);
  return roll(set, view);
}

/** Whether all pods are there, available, and of the revision they should have. */
export function isStatefulComplete(set: StatefulSet, { replicas, target, pods, isAvailable }: StatefulView): boolean {
  if (pods.size !== replicas) return false;
  return [...pods].every(([ordinal, pod]) => isAvailable(pod) && (ordinal < set.partition || pod.revision === target));
}

/** What is missing; an empty list where it waits, `undefined` where all are there. */
function fill(
  { partition }: StatefulSet,
  { replicas, target, pods, isAvailable }: StatefulView,
  isOrdered: boolean,
): readonly StatefulStep[] | undefined {
  const steps: StatefulStep[] = [];
  for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined) {
      steps.push({ kind: 'create', ordinal, revision: ordinal < partition ? FIRST_REVISION : target });
      if (isOrdered) return steps;
    } else if (isOrdered && !isAvailable(pod)) return [];
  }
  return steps.length > 0 ? steps : undefined;
}

function scaleDown(condemned: readonly (readonly [number, PodStatus])[], isOrdered: boolean): readonly StatefulStep[] {
  const steps = condemned.flatMap(([ordinal, pod]): StatefulStep[] =>
    pod.isDeleted ? [] : [{ kind: 'delete', pod: pod.name, reason: `the StatefulSet was scaled down to ${ordinal}` }],
  );
  if (!isOrdered) return steps;
  return condemned.some(([, pod]) => pod.isDeleted) ? [] : steps.slice(0, 1);
}

/** One at a time, each after all above it are there again; or as many as may be away, whichever are. */
function roll({ partition, maxUnavailable }: StatefulSet, view: StatefulView): readonly StatefulStep[] {
  const { replicas, target, pods, isAvailable } = view;
  const away = [...pods.values()].filter((pod) => !isAvailable(pod)).length;
  const steps: StatefulStep[] = [];
  for (let ordinal = replicas - 1; ordinal >= partition; ordinal -= 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined) continue;
    const isNext = pod.revision !== target && !pod.isDeleted;
    if (isNext && steps.length < (maxUnavailable === 1 ? 1 : maxUnavailable - away)) {
      steps.push({ kind: 'delete', pod: pod.name, reason: `it is replaced by revision ${target}` });
    }
    if (maxUnavailable === 1 && (isNext || !isAvailable(pod))) break;
  }
  return steps;
}
