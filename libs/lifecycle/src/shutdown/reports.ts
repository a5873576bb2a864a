import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type ShutdownReport } from '../report/shutdown-report.js';

/** Passes the report of a shutdown on to everything that waits for it. */
export class Reports {
  readonly #waiting: ((report: ShutdownReport) => void)[] = [];
  #report: ShutdownReport | undefined;

  /** Resolves with the report once the shutdown is over. */
  whenReported(): Promise<ShutdownReport> {
    if (this.#report !== undefined) return Promise.resolve(this.#report);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  readonly read = (event: LifecycleEvent): void => {
    if (event.type !== 'shutdown-ended') return;
    this.#report = event.report;
    for (const resolve of this.#waiting.splice(0)) resolve(event.report);
  };
}
