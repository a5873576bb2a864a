import { type Clock } from '../deadline/clock.js';
import { Backoff, type RestartPolicy } from '../tasks/backoff.js';
import { type WorkerReport } from './cluster-report.js';
import { type ClusterWorker } from './cluster-worker.js';

/** The place of one worker, which is filled again when its worker has ended. */
export class WorkerSlot {
  worker: ClusterWorker | undefined;
  /** `undefined`: a worker that has ended is not replaced. */
  readonly backoff: Backoff | undefined;
  #cancel: () => void = () => undefined;

  constructor(
    restart: RestartPolicy | undefined,
    private readonly clock: Clock,
  ) {
    this.backoff = restart && new Backoff(restart);
  }

  /** Calls `fill` after a while, unless another worker has come by then. */
  refill(afterMs: number, fill: () => void): void {
    this.#cancel();
    this.#cancel = this.clock.after(afterMs, fill);
  }

  /** Another worker takes the place. */
  adopt(worker: ClusterWorker): void {
    this.#cancel();
    this.worker = worker;
  }

  /** Nothing fills it again. Returns how its worker has ended, where it has ended already. */
  leave(): WorkerReport | undefined {
    this.#cancel();
    return this.worker?.report;
  }
}
