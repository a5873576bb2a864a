import { type PodStatus } from '../kubelet/pod-worker.js';
import { type Deployment } from '../scenario/scenario.js';
import { Availability } from './availability.js';
import { podsToDelete } from './pods-to-delete.js';
import { Progress } from './progress.js';
import { isComplete, nextScales, type ReplicaSetView } from './scale-decision.js';
import { UpdateLoop } from './update-loop.js';
import { type WorkloadController, type WorkloadControllerOptions } from './workload-controller.js';

/** Deployment and ReplicaSet controller in one: sees to it, a moment after every change, that there are the pods there should be. */
export class DeploymentController implements WorkloadController {
  readonly #loop: UpdateLoop;
  readonly #wanted = new Map<number, number>();
  readonly #availability: Availability;
  #target = 1;
  #replicas: number;
  #progress = new Progress();

  constructor(private readonly options: WorkloadControllerOptions) {
    this.#loop = new UpdateLoop(options, () => this.#reconcile());
    this.#replicas = options.deployment.replicas;
    this.#availability = new Availability({ ...options, minReadyMs: options.deployment.minReadyMs });
  }

  /** The names of the pods that the controller knows to be available. */
  get available(): ReadonlySet<string> {
    return this.#availability.names;
  }

  /** The pods that were there before anything else: nothing is rolled. */
  install(revision: number): void {
    this.#target = revision;
    this.#wanted.set(revision, this.options.deployment.replicas);
    this.changed();
  }

  /** From now on the pods shall be of that revision, be it new or one that was there before. */
  update(revision: number): void {
    this.#target = revision;
    this.#progress = new Progress();
    this.#loop.begin(revision);
  }

  /** From now on there shall be one pod less. */
  readonly scaleIn = (): void => {
    this.#replicas -= 1;
  };

  /** Something about a pod is not as it was. */
  changed(): void {
    this.#loop.changed();
  }

  stop(): void {
    this.#availability.stop();
    this.#loop.stop();
  }

  get #deployment(): Deployment {
    return { ...this.options.deployment, replicas: this.#replicas };
  }

  #reconcile(): void {
    const deployment = this.#deployment;
    this.#availability.note();
    const sets = this.#sets();
    const scales = nextScales(deployment, this.#target, sets);
    for (const { revision, replicas } of scales) this.#wanted.set(revision, replicas);
    for (const [revision, wanted] of this.#wanted) this.#fill(revision, wanted);
    this.#judge(sets);
    if (scales.length > 0) this.changed();
    this.#availability.wake(() => this.changed());
  }

  /** The ReplicaSet's own work: creates what is missing, deletes what is too much. */
  #fill(revision: number, wanted: number): void {
    const { clock, random, createPod, deletePod } = this.options;
    const pods = this.#activePods(revision);
    for (let missing = wanted - pods.length; missing > 0; missing -= 1) createPod(revision);
    const surplus = podsToDelete(pods, pods.length - wanted, { now: clock.now(), random });
    for (const { name } of surplus) deletePod(name, `revision ${revision} was scaled down to ${wanted}`);
  }

  #judge(sets: readonly ReplicaSetView[]): void {
    if (!this.#loop.isUpdating) return;
    if (isComplete(this.#deployment, this.#target, sets)) return this.#loop.end('complete');
    const ready = this.options.pods().filter(({ isReady, isDeleted }) => isReady && !isDeleted).length;
    if (this.#progress.hasMoved(this.#target, sets, ready)) this.#loop.startDeadline();
  }

  #sets(): readonly ReplicaSetView[] {
    const revisions = new Set([...this.#wanted.keys(), this.#target]);
    return [...revisions].map((revision) => {
      const active = this.#activePods(revision);
      const terminating = this.options.pods().filter((pod) => pod.revision === revision && isTerminating(pod));
      return {
        revision,
        wanted: this.#wanted.get(revision) ?? 0,
        running: active.length,
        available: active.filter((pod) => this.#availability.has(pod)).length,
        terminating: terminating.length,
      };
    });
  }

  #activePods(revision: number): readonly PodStatus[] {
    return this.options.pods().filter((pod) => pod.revision === revision && !pod.isDeleted && !pod.isGone);
  }
}

function isTerminating({ isDeleted, isGone }: PodStatus): boolean {
  return isDeleted && !isGone;
}
