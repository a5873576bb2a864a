import { type ReplicaSetView } from './scale-decision.js';

/**
 * Whether a Deployment gets anywhere, as its controller judges it: more updated pods, fewer old ones, more ready or more available
 * ones (`DeploymentProgressing` in Kubernetes).
 */
export class Progress {
  #before = { updated: 0, old: Number.POSITIVE_INFINITY, ready: 0, available: 0 };

  /** Compares with the last time it was asked. */
  hasMoved(target: number, sets: readonly ReplicaSetView[], ready: number): boolean {
    const total = (of: readonly ReplicaSetView[], what: 'running' | 'available'): number =>
      of.reduce((count, set) => count + set[what], 0);
    const now = {
      updated: total(
        sets.filter(({ revision }) => revision === target),
        'running',
      ),
      old: total(
        sets.filter(({ revision }) => revision !== target),
        'running',
      ),
      ready,
      available: total(sets, 'available'),
    };
    const before = this.#before;
    this.#before = now;
    return (
      now.updated > before.updated ||
      now.old < before.old ||
      now.ready > before.ready ||
      now.available > before.available
    );
  }
}
