import { type PodStatus } from '../kubelet/pod-worker.js';
import { type StatefulSet } from '../scenario/scenario.js';

/** The name that a pod has in all reports, and the one that it has for itself. */
export interface PodNames {
  readonly name: string;
  readonly hostname: string;
}

/** Those that there are already, and whose they are. */
interface Named {
  readonly workers: readonly Pick<PodStatus, 'revision' | 'ordinal'>[];
  readonly set: StatefulSet | undefined;
  readonly among: { readonly name: string } | undefined;
}

/**
 * `v2-1` is the first pod of the second revision. A pod of a StatefulSet has the name of the one before it, as `orders-0`: reports say `orders-0.2` of the second one that
 * is called so.
 */
export function podNames(
  { revision, ordinal }: { readonly revision: number; readonly ordinal: number | undefined },
  { workers, set, among }: Named,
): PodNames {
  if (set !== undefined && ordinal !== undefined) {
    const hostname = `${among?.name ?? set.name}-${ordinal}`;
    const before = workers.filter((worker) => worker.ordinal === ordinal).length;
    return { name: before === 0 ? hostname : `${hostname}.${before + 1}`, hostname };
  }
  const count = workers.filter((worker) => worker.revision === revision).length;
  const name = `${among === undefined ? '' : `${among.name}-`}v${revision}-${count + 1}`;
  return { name, hostname: name };
}
