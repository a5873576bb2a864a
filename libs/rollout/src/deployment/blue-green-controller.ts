import { type ArgoRollout } from '../scenario/scenario.js';
import { BaseController } from './base-controller.js';
import { ReplicaSets } from './replica-sets.js';
import { emptySet, isComplete, type ReplicaSetView } from './scale-decision.js';
import { type WorkloadControllerOptions } from './workload-controller.js';

/** What a blue-green Rollout waits for. */
type BlueGreen = Extract<ArgoRollout, { readonly kind: 'blue-green' }>;

/**
 * The controller of a blue-green Rollout: starts all new pods, switches the Service to them when they are available, and stops the old ones some time
 * after that.
 */
export class BlueGreenController extends BaseController {
  readonly #sets: ReplicaSets;
  #selected = 1;
  #waitsFor: 'pods' | 'promotion' | 'scale-down' | 'nothing' = 'nothing';
  #cancelWait: () => void = () => undefined;

  constructor(
    private readonly rollout: BlueGreen,
    options: WorkloadControllerOptions,
  ) {
    super(options);
    this.#sets = new ReplicaSets(options, this.availability);
  }

  get selected(): number {
    return this.#selected;
  }

  install(revision: number): void {
    this.target = revision;
    this.#selected = revision;
    this.#sets.scale([{ revision, replicas: this.replicas }]);
    this.changed();
  }

  update(revision: number): void {
    this.#cancelWait();
    this.target = revision;
    this.#waitsFor = 'pods';
    this.#sets.scale([{ revision, replicas: this.replicas }]);
    this.loop.begin(revision);
  }

  override stop(): void {
    this.#cancelWait();
    super.stop();
  }

  protected reconcile(): void {
    this.#sets.fill();
    const sets = this.#sets.views(this.target);
    if (this.#waitsFor === 'pods' && this.#isFull(sets)) this.#awaitPromotion();
    if (this.loop.isUpdating && isComplete(this.deployment, this.target, sets)) this.loop.end('complete');
  }

  #isFull(sets: readonly ReplicaSetView[]): boolean {
    const { available } = sets.find(({ revision }) => revision === this.target) ?? emptySet(this.target);
    return available >= this.replicas;
  }

  /** Where the Service selects these pods already, there is nothing to switch. */
  #awaitPromotion(): void {
    if (this.#selected === this.target) return this.#scaleDown();
    this.#waitsFor = 'promotion';
    this.#wait(this.rollout.promotionMs, () => this.#switch());
  }

  #switch(): void {
    this.#selected = this.target;
    this.options.record({ type: 'service-switched', revision: this.target });
    this.#waitsFor = 'scale-down';
    this.#wait(this.rollout.scaleDownDelayMs, () => this.#scaleDown());
  }

  #scaleDown(): void {
    this.#waitsFor = 'nothing';
    const others = this.#sets.views(this.target).filter(({ revision }) => revision !== this.target);
    this.#sets.scale([
      { revision: this.target, replicas: this.replicas },
      ...others.map(({ revision }) => ({ revision, replicas: 0 })),
    ]);
    this.loop.startDeadline();
    this.changed();
  }

  #wait(ms: number, then: () => void): void {
    this.loop.holdDeadline();
    this.#cancelWait = this.options.clock.after(ms, then);
  }
}
