import { type Deployment } from '../scenario/scenario.js';
import { Availability } from './availability.js';
import { UpdateLoop } from './update-loop.js';
import { type WorkloadController, type WorkloadControllerOptions } from './workload-controller.js';

/** What controllers of all kinds have in common: which pods are available, how many there shall be, and that a change makes them look again. */
export abstract class BaseController implements WorkloadController {
  protected readonly loop: UpdateLoop;
  protected readonly availability: Availability;
  /** The revision that the pods shall be of. */
  protected target = 1;
  protected replicas: number;

  constructor(protected readonly options: WorkloadControllerOptions) {
    this.replicas = options.deployment.replicas;
    this.availability = new Availability({ ...options, minReadyMs: options.deployment.minReadyMs });
    this.loop = new UpdateLoop(options, () => {
      this.availability.note();
      this.reconcile();
      this.availability.wake(() => this.changed());
    });
  }

  get available(): ReadonlySet<string> {
    return this.availability.names;
  }

  abstract install(revision: number): void;

  abstract update(revision: number): void;

  readonly scaleIn = (): void => {
    this.replicas -= 1;
  };

  changed(): void {
    this.loop.changed();
  }

  stop(): void {
    this.availability.stop();
    this.loop.stop();
  }

  /** As it is written, with as many pods as scaling in has left. */
  protected get deployment(): Deployment {
    return { ...this.options.deployment, replicas: this.replicas };
  }

  /** Looks at the pods there are, and does the next step. */
  protected abstract reconcile(): void;
}
