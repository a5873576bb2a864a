import { type PodStatus } from '../kubelet/pod-worker.js';
import { type RandomStream } from '../random/random.js';
import { type StatefulSet } from '../scenario/scenario.js';
import { Availability } from './availability.js';
import { isStatefulComplete, statefulSteps, type StatefulView } from './stateful-decision.js';
import { type UpdateResult, type WorkloadController, type WorkloadControllerOptions } from './workload-controller.js';

/** The controller of a StatefulSet: pods with ordinals, of which each is replaced only after it has gone. */
export class StatefulSetController implements WorkloadController {
  readonly #lag: RandomStream;
  readonly #availability: Availability;
  #target = 1;
  #replicas: number;
  #isUpdating = false;
  /** The pods that were there before are taken to have been made in their order. */
  #isInstalling = false;
  #cancelNext: (() => void) | undefined;
  #cancelDeadline: (() => void) | undefined;
  #isStopped = false;

  constructor(
    private readonly set: StatefulSet,
    private readonly options: WorkloadControllerOptions,
  ) {
    this.#lag = options.random.stream('deployment');
    this.#replicas = options.deployment.replicas;
    this.#availability = new Availability({ ...options, minReadyMs: options.deployment.minReadyMs });
  }

  get available(): ReadonlySet<string> {
    return this.#availability.names;
  }

  install(revision: number): void {
    this.#target = revision;
    this.#isInstalling = true;
    this.changed();
  }

  update(revision: number): void {
    this.#isInstalling = false;
    this.#target = revision;
    this.#isUpdating = true;
    this.options.record({ type: 'update-started', revision });
    this.#cancelDeadline?.();
    // A StatefulSet has no such deadline, and would wait for ever; a rehearsal does not.
    const { clock, deployment } = this.options;
    this.#cancelDeadline = clock.after(deployment.progressDeadlineMs, () => this.#end('progress-deadline-exceeded'));
    this.changed();
  }

  readonly scaleIn = (): void => {
    this.#replicas -= 1;
  };

  changed(): void {
    if (this.#cancelNext !== undefined || this.#isStopped) return;
    this.#cancelNext = this.options.clock.after(this.#lag.uniform(5, 100), () => {
      this.#cancelNext = undefined;
      this.#reconcile();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#availability.stop();
    for (const cancel of [this.#cancelNext, this.#cancelDeadline]) cancel?.();
  }

  #reconcile(): void {
    this.#availability.note();
    const { createPod, deletePod } = this.options;
    const set: StatefulSet = this.#isInstalling ? { ...this.set, podManagement: 'Parallel', partition: 0 } : this.set;
    const view = this.#view();
    for (const step of statefulSteps(set, view)) {
      if (step.kind === 'create') createPod(step.revision, step.ordinal);
      else deletePod(step.pod, step.reason);
    }
    if (this.#isUpdating && isStatefulComplete(set, view)) this.#end('complete');
    this.#availability.wake(() => this.changed());
  }

  #view(): StatefulView {
    const there = this.options.pods().filter(({ isGone }) => !isGone);
    return {
      replicas: this.#replicas,
      target: this.#target,
      pods: new Map(there.map((pod) => [pod.ordinal ?? 0, pod])),
      isAvailable: (pod: PodStatus) => this.#availability.has(pod),
    };
  }

  #end(result: UpdateResult): void {
    if (!this.#isUpdating) return;
    this.#isUpdating = false;
    this.#cancelDeadline?.();
    this.options.onUpdateEnded(result);
  }
}
