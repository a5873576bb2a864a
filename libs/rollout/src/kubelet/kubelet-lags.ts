import { type Random } from '../random/random.js';

/**
 * How long the kubelet and the scheduler take for things; each pod draws its own. Milliseconds. Measured on Kubernetes 1.34 with two
 * nodes, but for the tail of the scheduler, which a small cluster does not show.
 */
export interface KubeletLags {
  /** From Pending until the pod has come to its node. */
  readonly schedulingMs: number;
  /** From there to a started container, the image being there already. */
  readonly containerMs: number;
  /** From a container's start until the kubelet has seen that it runs, and asks its readiness out of turn. */
  readonly runningSeenMs: () => number;
  /** From deletionTimestamp until the kubelet acts on it, for a container of that age: with a young one it is still busy. */
  readonly noticeMs: (ageMs: number) => number;
  /** From a container's own end until the kubelet sees it: it lists containers once a second. */
  readonly relistMs: () => number;
}

/** A container that is younger is young. */
const YOUNG_MS = 4000;

/** The lags of the pod of that name. */
export function kubeletLags(random: Random, pod: string): KubeletLags {
  const container = random.stream(`kubelet/${pod}/container`);
  const running = random.stream(`kubelet/${pod}/running`);
  const notice = random.stream(`kubelet/${pod}/notice`);
  const relist = random.stream(`kubelet/${pod}/relist`);
  return {
    schedulingMs: random.stream(`scheduler/${pod}`).lag({ min: 5, median: 30, p99: 3000, max: 4000 }),
    containerMs: container.uniform(700, 1200),
    runningSeenMs: () => running.uniform(500, 1400),
    noticeMs: (ageMs) => (ageMs < YOUNG_MS ? notice.uniform(1300, 1400) : notice.uniform(110, 200)),
    relistMs: () => relist.uniform(50, 1000),
  };
}
