import { ClusterError } from '../api/cluster-error.js';
import { type Target } from './apply-change.js';
import { type ActResult, type ClusterAct, replicasOf, type SeenCluster, standing } from './cluster-act.js';
import { deletePod, evictPod } from './end-pods.js';

/** An act that names the pods it ends: it is over when these are gone, and as many as before are ready. */
export abstract class PodAct implements ClusterAct {
  abstract readonly words: string;
  #asked: readonly string[] = [];

  constructor(protected readonly target: Target) {}

  async begin(seen: SeenCluster, signal: AbortSignal): Promise<void> {
    const pods = this.choose(seen);
    if (pods.length === 0) throw new ClusterError('refused', `${this.words}: there is no ready pod to do it to`);
    this.#asked = pods;
    await this.end(pods, signal, seen);
  }

  resultOf(seen: SeenCluster): ActResult | undefined {
    const there = new Set(seen.pods.map(({ metadata }) => metadata.name));
    const areGone = this.#asked.every((name) => !there.has(name));
    return areGone && standing(seen).length >= replicasOf(seen) ? 'complete' : undefined;
  }

  /** Those that it ends are gone when it is complete. */
  isLeaving(): boolean {
    return false;
  }

  async undo(): Promise<string | undefined> {
    return undefined;
  }

  /** The names of the pods to end. */
  protected choose(seen: SeenCluster): string[] {
    return standing(seen)
      .slice(0, 1)
      .map(({ metadata }) => metadata.name);
  }

  protected abstract end(pods: readonly string[], signal: AbortSignal, seen: SeenCluster): Promise<void>;
}

/** One ready pod is deleted. */
export class DeleteAct extends PodAct {
  readonly words = 'a pod is deleted';

  protected async end(pods: readonly string[]): Promise<void> {
    for (const pod of pods) await deletePod(this.target, pod);
  }
}

/** One ready pod is evicted; a budget that forbids it fails this. */
export class EvictAct extends PodAct {
  readonly words = 'a pod is evicted';

  protected async end(pods: readonly string[]): Promise<void> {
    for (const pod of pods) {
      const refusal = await evictPod(this.target, pod);
      if (refusal !== undefined) throw new ClusterError('refused', refusal, 429);
    }
  }
}
