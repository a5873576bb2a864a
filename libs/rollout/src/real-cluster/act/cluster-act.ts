import { type RolloutFact } from '../../events/rollout-event.js';
import { type DeploymentObject, type PodObject } from '../api/objects.js';

/** What is seen of a cluster while something is done to it. */
export interface SeenCluster {
  /** The Deployment as it was last heard of. */
  readonly deployment: DeploymentObject | undefined;
  /** Its pods, those that are being deleted too. */
  readonly pods: readonly PodObject[];
}

/** How it ended. */
export type ActResult = Extract<RolloutFact, { type: 'update-ended' }>['result'];

/** What is done to a Deployment of a real cluster while load comes in. */
export interface ClusterAct {
  /** As in `a restart`. */
  readonly words: string;
  /**
   * Does it, and resolves when the server has taken all of it.
   *
   * @throws ClusterError when it is refused
   */
  begin(seen: SeenCluster, signal: AbortSignal): Promise<void>;
  /**
   * How it ended, by what is seen; `undefined` while it goes on.
   *
   * @throws ClusterError when others have changed the same
   */
  resultOf(seen: SeenCluster): ActResult | undefined;
  /** Whether pods that it ends are still there, after it was complete. */
  isLeaving(seen: SeenCluster): boolean;
  /**
   * Takes back what is not to stay, and says so in a sentence.
   *
   * @param isComplete whether it went through
   * @throws ClusterError when it cannot, saying what to type
   */
  undo(isComplete: boolean): Promise<string | undefined>;
}

/** Pods that are ready and stay. */
export function standing({ pods }: SeenCluster): PodObject[] {
  return pods.filter(({ metadata, status }) => {
    const isReady = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');
    return isReady === true && metadata.deletionTimestamp === undefined;
  });
}

/** How many there are to be. */
export function replicasOf({ deployment }: SeenCluster): number {
  return deployment?.spec.replicas ?? 0;
}
