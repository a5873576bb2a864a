import { type PodStatus } from '../../libs/rollout/src/kubelet/pod-worker.js';

/** What a kubelet tells of a pod, for tests that change it. */
export type MutablePodStatus = { -readonly [Key in keyof PodStatus]: PodStatus[Key] };

/** A ready pod. */
export function podStatus(name: string, changes: Partial<PodStatus> = {}): MutablePodStatus {
  return {
    name,
    revision: 1,
    node: 0,
    number: 1,
    endpoint: { pod: name, port: 1 },
    isReady: true,
    readySince: 0,
    isDeleted: false,
    isGone: false,
    restarts: 0,
    pid: 1,
    lastExit: undefined,
    setback: undefined,
    ...changes,
  };
}
