import { type Deployment } from '../scenario/scenario.js';
import { Availability } from './availability.js';
import { Progress } from './progress.js';
import { ReplicaSets } from './replica-sets.js';
import { isComplete, nextScales, type ReplicaSetView } from './scale-decision.js';
import { UpdateLoop } from './update-loop.js';
import { type WorkloadController, type WorkloadControllerOptions } from './workload-controller.js';

/** Deployment and ReplicaSet controller in one: sees to it, a moment after every change, that there are the pods there should be. */
export class DeploymentController implements WorkloadController {
  readonly #loop: UpdateLoop;
  readonly #sets: ReplicaSets;
  readonly #availability: Availability;
  #target = 1;
  #replicas: number;
  #progress = new Progress();

  constructor(private readonly options: WorkloadControllerOptions) {
    this.#loop = new UpdateLoop(options, () => this.#reconcile());
    this.#replicas = options.deployment.replicas;
    this.#availability = new Availability({ ...options, minReadyMs: options.deployment.minReadyMs });
    this.#sets = new ReplicaSets(options, this.#availability);
  }

  /** The names of the pods that the controller knows to be available. */
  get available(): ReadonlySet<string> {
    return this.#availability.names;
  }

  /** The pods that were there before anything else: nothing is rolled. */
  install(revision: number): void {
    this.#target = revision;
    this.#sets.scale([{ revision, replicas: this.options.deployment.replicas }]);
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
    const sets = this.#sets.views(this.#target);
    const scales = nextScales(deployment, this.#target, sets);
    this.#sets.scale(scales);
    this.#sets.fill();
    this.#judge(sets);
    if (scales.length > 0) this.changed();
    this.#availability.wake(() => this.changed());
  }

  #judge(sets: readonly ReplicaSetView[]): void {
    if (!this.#loop.isUpdating) return;
    if (isComplete(this.#deployment, this.#target, sets)) return this.#loop.end('complete');
    const ready = this.options.pods().filter(({ isReady, isDeleted }) => isReady && !isDeleted).length;
    if (this.#progress.hasMoved(this.#target, sets, ready)) this.#loop.startDeadline();
  }
}
