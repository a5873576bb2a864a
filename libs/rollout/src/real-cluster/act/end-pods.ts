import { elapsed, systemClock } from '../../clock/clock.js';
import { ClusterError } from '../api/cluster-error.js';
import { paths } from '../api/resources.js';
import { type Target } from './apply-change.js';

/** A budget is asked again after so long. kubectl waits 5 s. */
const AGAIN_MS = 1000;

/** Deletes a pod as `kubectl delete pod --wait=false` does: it gets its grace period. */
export async function deletePod({ client, namespace }: Target, name: string): Promise<void> {
  const path = `${paths.pods(namespace)}/${encodeURIComponent(name)}`;
  await client.send({ method: 'DELETE', path, what: `delete pod ${name}` });
}

/**
 * Asks for the eviction of a pod.
 *
 * @returns why not, where a disruption budget refuses it (429); `undefined` where it is evicted
 * @throws ClusterError for any other refusal
 */
export async function evictPod({ client, namespace }: Target, name: string): Promise<string | undefined> {
  try {
    await client.send({
      method: 'POST',
      path: `${paths.pods(namespace)}/${encodeURIComponent(name)}/eviction`,
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
      what: `evict pod ${name}`,
    });
    return undefined;
  } catch (error) {
    if (error instanceof ClusterError && error.status === 429) return error.message;
    throw error;
  }
}

/**
 * Asks until the budget allows it.
 *
 * @throws ClusterError when `signal` fires first
 */
export async function evictWhenAllowed(target: Target, name: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const refusal = await evictPod(target, name);
    if (refusal === undefined) return;
    if (signal.aborted) throw new ClusterError('refused', `the budget never allowed it: ${refusal}`, 429);
    await elapsed(systemClock, AGAIN_MS, signal);
  }
}
