import { type Random } from '../random/random.js';

/** How long the kubelet and the scheduler take for things; each pod draws its own. Milliseconds. */
export interface KubeletLags {
  /** From Pending to a started container, the image being there already. */
  readonly schedulingMs: number;
  /** From deletionTimestamp until the kubelet acts on it; one in a hundred is slow. */
  readonly noticeMs: number;
  /** From a container's own end until the kubelet sees it: it lists containers once a second. */
  readonly relistMs: () => number;
}

/** The lags of the pod of that name. */
export function kubeletLags(random: Random, pod: string): KubeletLags {
  const notice = random.stream(`kubelet/${pod}/notice`);
  const relist = random.stream(`kubelet/${pod}/relist`);
  return {
    schedulingMs: random.stream(`scheduler/${pod}`).lag({ min: 200, median: 700, p99: 4000, max: 5000 }),
    noticeMs: notice.chance(0.01) ? notice.uniform(500, 3000) : notice.uniform(10, 500),
    relistMs: () => relist.uniform(50, 1000),
  };
}
