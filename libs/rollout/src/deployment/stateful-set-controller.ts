import { type PodStatus } from '../kubelet/pod-worker.js';
import { type StatefulSet } from '../scenario/scenario.js';
import { BaseController } from './base-controller.js';
import { isStatefulComplete, statefulSteps, type StatefulView } from './stateful-decision.js';
import { type WorkloadControllerOptions } from './workload-controller.js';

/** The controller of a StatefulSet: pods with ordinals, of which each is replaced only after it has gone. */
export class StatefulSetController extends BaseController {
  /** The pods that were there before are taken to have been made in their order. */
  #isInstalling = false;

  constructor(
    private readonly set: StatefulSet,
    options: WorkloadControllerOptions,
  ) {
    super(options);
  }

  install(revision: number): void {
    this.target = revision;
    this.#isInstalling = true;
    this.changed();
  }

  update(revision: number): void {
    this.#isInstalling = false;
    this.target = revision;
    // A StatefulSet has no deadline, and would wait for ever; a rehearsal does not.
    this.loop.begin(revision);
  }

  protected reconcile(): void {
    const { createPod, deletePod } = this.options;
    const set: StatefulSet = this.#isInstalling ? { ...this.set, podManagement: 'Parallel', partition: 0 } : this.set;
    const view = this.#view();
    for (const step of statefulSteps(set, view)) {
      if (step.kind === 'create') createPod(step.revision, step.ordinal);
      else deletePod(step.pod, step.reason);
    }
    if (this.loop.isUpdating && isStatefulComplete(set, view)) this.loop.end('complete');
  }

  #view(): StatefulView {
    const there = this.options.pods().filter(({ isGone }) => !isGone);
    return {
      replicas: this.replicas,
      target: this.target,
      pods: new Map(there.map((pod) => [pod.ordinal ?? 0, pod])),
      isAvailable: (pod: PodStatus) => this.availability.has(pod),
    };
  }
}
