import { type PodStatus } from '../kubelet/pod-worker.js';
import { type Availability } from './availability.js';
import { podsToDelete } from './pods-to-delete.js';
import { type ReplicaSetView, type Scale } from './scale-decision.js';
import { type WorkloadControllerOptions } from './workload-controller.js';

/** The ReplicaSets of a workload, one for each revision, and their own work: they create what is missing and delete what is too much. */
export class ReplicaSets {
  readonly #wanted = new Map<number, number>();

  constructor(
    private readonly options: WorkloadControllerOptions,
    private readonly availability: Availability,
  ) {}

  /** How many pods each of these shall have from now on. */
  scale(scales: readonly Scale[]): void {
    for (const { revision, replicas } of scales) this.#wanted.set(revision, replicas);
  }

  fill(): void {
    for (const [revision, wanted] of this.#wanted) this.#fill(revision, wanted);
  }

  /** All that there are, and the one of that revision, be it there or not. */
  views(target: number): readonly ReplicaSetView[] {
    const revisions = new Set([...this.#wanted.keys(), target]);
    return [...revisions].map((revision) => {
      const active = this.#activePods(revision);
      const terminating = this.options.pods().filter((pod) => pod.revision === revision && isTerminating(pod));
      return {
        revision,
        wanted: this.#wanted.get(revision) ?? 0,
        running: active.length,
        available: active.filter((pod) => this.availability.has(pod)).length,
        terminating: terminating.length,
      };
    });
  }

  #fill(revision: number, wanted: number): void {
    const { clock, random, createPod, deletePod } = this.options;
    const pods = this.#activePods(revision);
    for (let missing = wanted - pods.length; missing > 0; missing -= 1) createPod(revision);
    const surplus = podsToDelete(pods, pods.length - wanted, { now: clock.now(), random });
    for (const { name } of surplus) deletePod(name, `revision ${revision} was scaled down to ${wanted}`);
  }

  #activePods(revision: number): readonly PodStatus[] {
    return this.options.pods().filter((pod) => pod.revision === revision && !pod.isDeleted && !pod.isGone);
  }
}

function isTerminating({ isDeleted, isGone }: PodStatus): boolean {
  return isDeleted && !isGone;
}
