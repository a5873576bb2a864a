import { type ChaosTarget } from '../chaos/chaos-player.js';
import { type Cluster } from '../cluster/cluster.js';

/** What chaos may do to this cluster. */
export function chaosTarget(cluster: Cluster, nodes: number, onError: (error: unknown) => void): ChaosTarget {
  return {
    get serving() {
      return cluster.pods
        .filter(({ isReady, isDeleted, isGone }) => isReady && !isDeleted && !isGone)
        .map(({ name }) => name);
    },
    nodes: Array.from({ length: nodes }, (_none, node) => node),
    signal: (pod, signal) => cluster.signal(pod, signal),
    failLiveness: (pod) => cluster.failLiveness(pod),
    drainNode: (node) => cluster.drainNode(node),
    deleteAll: (reason) => cluster.deleteAll(reason),
    // A wait for the update becomes a wait for this.
    rollback: () => void cluster.rollback().catch(onError),
  };
}
