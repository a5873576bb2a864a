import { type CanaryStep } from '../scenario/scenario.js';
import { canaryStepShown } from '../scenario/canary-step-shown.js';
import { BaseController } from './base-controller.js';
import { canaryScales, type CanaryView, isAtWeight } from './canary-decision.js';
import { Progress } from './progress.js';
import { ReplicaSets } from './replica-sets.js';
import { emptySet, isComplete, nextScales, type ReplicaSetView, type Scale } from './scale-decision.js';
import { type WorkloadControllerOptions } from './workload-controller.js';

/**
 * The controller of a Rollout with canary steps: each is begun when the one before is done, and after the last one all pods are new. A change back to the
 * stable revision takes no steps.
 */
export class CanaryController extends BaseController {
  readonly #sets: ReplicaSets;
  #stable = 1;
  #stepIndex = 0;
  #weight = 100;
  #isPausing = false;
  #progress = new Progress();
  #cancelPause: () => void = () => undefined;

  constructor(
    private readonly steps: readonly CanaryStep[],
    options: WorkloadControllerOptions,
  ) {
    super(options);
    this.#sets = new ReplicaSets(options, this.availability);
  }

  install(revision: number): void {
    this.#stable = revision;
    this.target = revision;
    this.#sets.scale([{ revision, replicas: this.replicas }]);
    this.changed();
  }

  update(revision: number): void {
    this.#cancelPause();
    this.#isPausing = false;
    this.target = revision;
    this.#progress = new Progress();
    this.#stepIndex = 0;
    this.#weight = 0;
    this.loop.begin(revision);
    if (this.#isInSteps) this.#beginStep();
  }

  override stop(): void {
    this.#cancelPause();
    super.stop();
  }

  get #isInSteps(): boolean {
    return this.target !== this.#stable;
  }

  protected reconcile(): void {
    const sets = this.#sets.views(this.target);
    const scales = this.#scales(sets);
    this.#sets.scale(scales);
    this.#sets.fill();
    if (scales.length > 0) this.changed();
    else this.#moveOn(sets);
  }

  #scales(sets: readonly ReplicaSetView[]): readonly Scale[] {
    return this.#isInSteps
      ? canaryScales(this.deployment, this.#canary(sets))
      : nextScales(this.deployment, this.target, sets);
  }

  #moveOn(sets: readonly ReplicaSetView[]): void {
    if (!this.loop.isUpdating || this.#isPausing) return;
    const ready = this.options.pods().filter(({ isReady, isDeleted }) => isReady && !isDeleted).length;
    if (this.#progress.hasMoved(this.target, sets, ready)) this.loop.startDeadline();
    if (this.#isInSteps && this.#stepIndex < this.steps.length) {
      if (isAtWeight(this.deployment, this.#canary(sets))) this.#endStep();
      return;
    }
    if (!isComplete(this.deployment, this.target, sets)) return;
    this.#stable = this.target;
    this.loop.end('complete');
  }

  #beginStep(): void {
    const step = this.steps[this.#stepIndex];
    this.loop.startDeadline();
    if (step === undefined) {
      this.#weight = 100;
      return this.changed();
    }
    this.options.record({ type: 'rollout-step-started', step: canaryStepShown(step) });
    if (step.kind === 'set-weight') {
      this.#weight = step.weight;
      return this.changed();
    }
    this.#isPausing = true;
    this.loop.holdDeadline();
    this.#cancelPause = this.options.clock.after(step.ms, () => {
      this.#isPausing = false;
      this.#endStep();
    });
  }

  #endStep(): void {
    this.#stepIndex += 1;
    this.#beginStep();
  }

  #canary(sets: readonly ReplicaSetView[]): CanaryView {
    const of = (revision: number): ReplicaSetView =>
      sets.find((set) => set.revision === revision) ?? emptySet(revision);
    return { weight: this.#weight, next: of(this.target), stable: of(this.#stable) };
  }
}
