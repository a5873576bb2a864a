import { type ShutdownReport } from '../report/shutdown-report.js';

/** A signal came during an `app.close()` or a `drain()`: the process ends after it. */
export interface SignalJoined {
  readonly type: 'signal-joined';
  readonly signal: NodeJS.Signals;
}

/** Hooks are about to close logs. Later events may not be logged any more. */
export interface ShutdownEnding {
  readonly type: 'shutdown-ending';
  /** As far as it is known. */
  readonly report: ShutdownReport;
}

/** The shutdown is over. No event of it follows. */
export interface ShutdownEnded {
  readonly type: 'shutdown-ended';
  readonly report: ShutdownReport;
}
