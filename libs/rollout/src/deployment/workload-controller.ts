import { type Clock } from '../clock/clock.js';
import { type RolloutFact } from '../events/rollout-event.js';
import { type PodStatus } from '../kubelet/pod-worker.js';
import { type Random } from '../random/random.js';
import { type Deployment } from '../scenario/scenario.js';

/** How an update ends, for the controller; the rehearsal's own deadline is a third way. */
export type UpdateResult = 'complete' | 'progress-deadline-exceeded';

/** What a controller works with. */
export interface WorkloadControllerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly deployment: Deployment;
  /** All pods there are and have been. */
  readonly pods: () => readonly PodStatus[];
  /** The ordinal is that of a StatefulSet's pod. */
  readonly createPod: (revision: number, ordinal?: number) => void;
  readonly deletePod: (name: string, reason: string) => void;
  readonly record: (fact: RolloutFact) => void;
  /** Called once for every `update`. */
  readonly onUpdateEnded: (result: UpdateResult) => void;
}

/** Sees to it, a moment after every change, that there are the pods there should be. */
export interface WorkloadController {
  /** The names of the pods that the controller knows to be available. */
  readonly available: ReadonlySet<string>;
  /** The pods that were there before anything else: nothing is rolled. */
  install(revision: number): void;
  /** From now on the pods shall be of that revision, be it new or one that was there before. */
  update(revision: number): void;
  /** From now on there shall be one pod less. */
  readonly scaleIn: () => void;
  /** The revision that the Service selects; left out where it selects all. */
  readonly selected?: number | undefined;
  /** Something about a pod is not as it was. */
  changed(): void;
  stop(): void;
}
