import { type EventLog } from '../events/event-log.js';
import { logReport, logReportSoFar } from './report-log.js';
import { type ShutdownReport } from '../report/shutdown-report.js';

/** Publishes the report of a shutdown: to the log, and to everything that waits for it. */
export class Reports {
  readonly #waiting: ((report: ShutdownReport) => void)[] = [];
  #report: ShutdownReport | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly poll: { stop(): void },
  ) {}

  /** Resolves with the report once the shutdown is over. */
  whenReported(): Promise<ShutdownReport> {
    if (this.#report !== undefined) return Promise.resolve(this.#report);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Logs what is known before hooks close logs. */
  readonly soFar = (report: ShutdownReport): void => logReportSoFar(this.log, report);

  /** Logs the report of a shutdown that is over, and passes it on. */
  readonly publish = (report: ShutdownReport): void => {
    this.#report = report;
    this.poll.stop();
    logReport(this.log, report);
    for (const resolve of this.#waiting.splice(0)) resolve(report);
  };
}
