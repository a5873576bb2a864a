import { type Clock, elapsed } from '../clock/clock.js';
import { type PodStatus } from '../kubelet/pod-worker.js';

/** One of the workloads that have pods on a node. */
export interface DrainedWorkload {
  readonly name: string;
  /** How many healthy pods its disruption budget asks for; 0 where it has none. */
  readonly leastHealthy: number;
  readonly pods: () => readonly PodStatus[];
  readonly evict: (pod: string) => void;
}

/** A pod that its budget did not let go. */
export interface HeldPod {
  readonly workload: string;
  readonly pod: string;
}

/** `kubectl drain` asks again after this. */
const RETRY_MS = 5000;

/** A budget that has let no pod go for so long is taken to let none go. */
const PATIENCE_MS = 60_000;

/**
 * Evicts every pod of a node, as `kubectl drain` does: a pod goes when its workload's budget has a healthy pod to spare, and is asked for again
 * every five seconds. Resolves with the pods that stayed, when all others have been evicted.
 */
export async function drainNode(
  node: number,
  workloads: readonly DrainedWorkload[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<readonly HeldPod[]> {
  let lastAt = clock.now();
  for (;;) {
    const before = leftOn(node, workloads).length;
    for (const workload of workloads) evictAllowed(node, workload);
    const left = leftOn(node, workloads);
    if (left.length < before) lastAt = clock.now();
    if (left.length === 0 || signal.aborted || clock.now() - lastAt >= PATIENCE_MS) return left;
    await elapsed(clock, RETRY_MS, signal);
  }
}

function evictAllowed(node: number, { leastHealthy, pods, evict }: DrainedWorkload): void {
  for (const pod of onNode(node, pods())) {
    const healthy = pods().filter((one) => isThere(one) && one.isReady).length;
    // As Kubernetes has it by default (IfHealthyBudget): one that is not healthy goes where the budget is met without it.
    if (healthy - Number(pod.isReady) >= leastHealthy) evict(pod.name);
  }
}

function leftOn(node: number, workloads: readonly DrainedWorkload[]): HeldPod[] {
  return workloads.flatMap(({ name, pods }) => onNode(node, pods()).map((pod) => ({ workload: name, pod: pod.name })));
}

function onNode(node: number, pods: readonly PodStatus[]): readonly PodStatus[] {
  return pods.filter((pod) => pod.node === node && isThere(pod));
}

function isThere({ isDeleted, isGone }: PodStatus): boolean {
  return !isDeleted && !isGone;
}
