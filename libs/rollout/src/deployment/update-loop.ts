import { type RandomStream } from '../random/random.js';
import { type UpdateResult, type WorkloadControllerOptions } from './workload-controller.js';

/** What controllers of all kinds do alike: they look a moment after a change, and an update ends once, at its deadline at the latest. */
export class UpdateLoop {
  readonly #lag: RandomStream;
  #isUpdating = false;
  #cancelNext: (() => void) | undefined;
  #cancelDeadline: (() => void) | undefined;
  #isStopped = false;

  constructor(
    private readonly options: WorkloadControllerOptions,
    private readonly reconcile: () => void,
  ) {
    this.#lag = options.random.stream('deployment');
  }

  get isUpdating(): boolean {
    return this.#isUpdating;
  }

  /** An update to that revision begins. */
  begin(revision: number): void {
    this.#isUpdating = true;
    this.options.record({ type: 'update-started', revision });
    this.startDeadline();
    this.changed();
  }

  /** The update has so long from now on. */
  startDeadline(): void {
    this.#cancelDeadline?.();
    const { clock, deployment } = this.options;
    this.#cancelDeadline = clock.after(deployment.progressDeadlineMs, () => this.end('progress-deadline-exceeded'));
  }

  /** It waits on purpose: that is no lack of progress. */
  holdDeadline(): void {
    this.#cancelDeadline?.();
  }

  /** Something about a pod is not as it was. */
  changed(): void {
    if (this.#cancelNext !== undefined || this.#isStopped) return;
    this.#cancelNext = this.options.clock.after(this.#lag.uniform(5, 100), () => {
      this.#cancelNext = undefined;
      this.reconcile();
    });
  }

  end(result: UpdateResult): void {
    if (!this.#isUpdating) return;
    this.#isUpdating = false;
    this.#cancelDeadline?.();
    this.options.onUpdateEnded(result);
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of [this.#cancelNext, this.#cancelDeadline]) cancel?.();
  }
}
