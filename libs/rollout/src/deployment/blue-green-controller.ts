import { type ArgoRollout, type Deployment } from '../scenario/scenario.js';
import { Availability } from './availability.js';
import { ReplicaSets } from './replica-sets.js';
import { emptySet, isComplete, type ReplicaSetView } from './scale-decision.js';
import { UpdateLoop } from './update-loop.js';
import { type WorkloadController, type WorkloadControllerOptions } from './workload-controller.js';

/** What a blue-green Rollout waits for. */
type BlueGreen = Extract<ArgoRollout, { readonly kind: 'blue-green' }>;

/**
 * The controller of a blue-green Rollout: starts all new pods, switches the Service to them when they are available, and stops the old ones some time
 * after that.
 */
export class BlueGreenController implements WorkloadController {
  readonly #loop: UpdateLoop;
  readonly #availability: Availability;
  readonly #sets: ReplicaSets;
  #target = 1;
  #selected = 1;
  #replicas: number;
  #waitsFor: 'pods' | 'promotion' | 'scale-down' | 'nothing' = 'nothing';
  #cancelWait: () => void = () => undefined;

  constructor(
    private readonly rollout: BlueGreen,
    private readonly options: WorkloadControllerOptions,
  ) {
    this.#loop = new UpdateLoop(options, () => this.#reconcile());
    this.#replicas = options.deployment.replicas;
    this.#availability = new Availability({ ...options, minReadyMs: options.deployment.minReadyMs });
    this.#sets = new ReplicaSets(options, this.#availability);
  }

  get available(): ReadonlySet<string> {
    return this.#availability.names;
  }

  get selected(): number {
    return this.#selected;
  }

  install(revision: number): void {
    this.#target = revision;
    this.#selected = revision;
    this.#sets.scale([{ revision, replicas: this.#replicas }]);
    this.changed();
  }

  update(revision: number): void {
    this.#cancelWait();
    this.#target = revision;
    this.#waitsFor = 'pods';
    this.#sets.scale([{ revision, replicas: this.#replicas }]);
    this.#loop.begin(revision);
  }

  readonly scaleIn = (): void => {
    this.#replicas -= 1;
  };

  changed(): void {
    this.#loop.changed();
  }

  stop(): void {
    this.#cancelWait();
    this.#availability.stop();
    this.#loop.stop();
  }

  get #deployment(): Deployment {
    return { ...this.options.deployment, replicas: this.#replicas };
  }

  #reconcile(): void {
    this.#availability.note();
    this.#sets.fill();
    const sets = this.#sets.views(this.#target);
    if (this.#waitsFor === 'pods' && this.#isFull(sets)) this.#awaitPromotion();
    if (this.#loop.isUpdating && isComplete(this.#deployment, this.#target, sets)) this.#loop.end('complete');
    this.#availability.wake(() => this.changed());
  }

  #isFull(sets: readonly ReplicaSetView[]): boolean {
    const { available } = sets.find(({ revision }) => revision === this.#target) ?? emptySet(this.#target);
    return available >= this.#replicas;
  }

  /** Where the Service selects these pods already, there is nothing to switch. */
  #awaitPromotion(): void {
    if (this.#selected === this.#target) return this.#scaleDown();
    this.#waitsFor = 'promotion';
    this.#wait(this.rollout.promotionMs, () => this.#switch());
  }

  #switch(): void {
    this.#selected = this.#target;
    this.options.record({ type: 'service-switched', revision: this.#target });
    this.#waitsFor = 'scale-down';
    this.#wait(this.rollout.scaleDownDelayMs, () => this.#scaleDown());
  }

  #scaleDown(): void {
    this.#waitsFor = 'nothing';
    const others = this.#sets.views(this.#target).filter(({ revision }) => revision !== this.#target);
    this.#sets.scale([
      { revision: this.#target, replicas: this.#replicas },
      ...others.map(({ revision }) => ({ revision, replicas: 0 })),
    ]);
    this.#loop.startDeadline();
    this.changed();
  }

  #wait(ms: number, then: () => void): void {
    this.#loop.holdDeadline();
    this.#cancelWait = this.options.clock.after(ms, then);
  }
}
