import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { awaitForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type EventLog } from '../events/event-log.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type Settings } from '../options/settings.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { replaceFile } from './replace-file.js';
import { writeTerminationLog } from './termination-log.js';

interface OutputParts {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly settings: Pick<Settings, 'reportFile' | 'terminationLog' | 'onReport'>;
}

/**
 * Hands the report on: to a file, to Kubernetes' termination message, and to the application. The files are written in the tick in which
 * the shutdown is over, because the process may exit in it. What fails is logged, and never changes how the process ends.
 */
export class ReportOutputs {
  #told: Promise<void> | undefined;

  constructor(private readonly parts: OutputParts) {}

  readonly read = (event: LifecycleEvent): void => {
    if (event.type !== 'shutdown-ended') return;
    const { report } = event;
    this.#writeFile(report);
    this.#writeTerminationLog(report);
    this.#tell(report);
  };

  /** Waits until `onReport` has ended, at most `mostMs`; `undefined` where there is nothing to wait for. Never rejects. */
  settled(mostMs: number): Promise<void> | undefined {
    const told = this.#told;
    return told === undefined ? undefined : this.#await(told, mostMs);
  }

  async #await(told: Promise<void>, mostMs: number): Promise<void> {
    const { clock, log } = this.parts;
    const { how } = await new Deadline(clock, clock.now() + mostMs).settle(told);
    if (how !== 'late' || this.#told === undefined) return;
    this.#told = undefined;
    log.warn(`onReport() has not ended within ${formatDuration(mostMs)}: the process does not wait for it any longer.`);
  }

  #writeFile(report: ShutdownReport): void {
    const { reportFile } = this.parts.settings;
    if (reportFile === undefined) return;
    this.#attempt(
      () => replaceFile(reportFile, `${JSON.stringify(report, null, 2)}\n`),
      (error) =>
        `the report was not written to ${reportFile}: ${describeError(error)}. ` +
        'Type a path in a folder that exists and that this user may write to.',
    );
  }

  #writeTerminationLog(report: ShutdownReport): void {
    const { terminationLog } = this.parts.settings;
    const { path, isDefault } = terminationLog;
    if (path === undefined) return;
    this.#attempt(
      () => {
        if (!writeTerminationLog(path, report) && !isDefault) throw new Error('there is no such file');
      },
      (error) =>
        `the termination message was not written to ${path}: ${describeError(error)}. ` +
        "Type the container's terminationMessagePath, or terminationLog: false.",
    );
  }

  #attempt(write: () => void, explain: (error: unknown) => string): void {
    try {
      write();
    } catch (error) {
      this.parts.log.error(explain(error));
    }
  }

  /** The application gets a copy: what it does with it changes nothing here. */
  #tell(report: ShutdownReport): void {
    const { settings, log } = this.parts;
    const { onReport } = settings;
    if (onReport === undefined) return;
    const call = { name: 'onReport()', fallback: undefined, onError: log.failed };
    const told = awaitForeign<unknown>(call, () => onReport(structuredClone(report))).then(() => {
      this.#told = undefined;
    });
    this.#told = told;
  }
}
