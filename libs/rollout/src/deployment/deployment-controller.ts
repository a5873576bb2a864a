import { BaseController } from './base-controller.js';
import { Progress } from './progress.js';
import { ReplicaSets } from './replica-sets.js';
import { isComplete, nextScales, type ReplicaSetView } from './scale-decision.js';
import { type WorkloadControllerOptions } from './workload-controller.js';

/** Deployment and ReplicaSet controller in one: sees to it, a moment after every change, that there are the pods there should be. */
export class DeploymentController extends BaseController {
  readonly #sets: ReplicaSets;
  #progress = new Progress();

  constructor(options: WorkloadControllerOptions) {
    super(options);
    this.#sets = new ReplicaSets(options, this.availability);
  }

  install(revision: number): void {
    this.target = revision;
    this.#sets.scale([{ revision, replicas: this.options.deployment.replicas }]);
    this.changed();
  }

  update(revision: number): void {
    this.target = revision;
    this.#progress = new Progress();
    this.loop.begin(revision);
  }

  protected reconcile(): void {
    const sets = this.#sets.views(this.target);
    const scales = nextScales(this.deployment, this.target, sets);
    this.#sets.scale(scales);
    this.#sets.fill();
    this.#judge(sets);
    if (scales.length > 0) this.changed();
  }

  #judge(sets: readonly ReplicaSetView[]): void {
    if (!this.loop.isUpdating) return;
    if (isComplete(this.deployment, this.target, sets)) return this.loop.end('complete');
    const ready = this.options.pods().filter(({ isReady, isDeleted }) => isReady && !isDeleted).length;
    if (this.#progress.hasMoved(this.target, sets, ready)) this.loop.startDeadline();
  }
}
