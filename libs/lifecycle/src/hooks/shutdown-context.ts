import { type Phase } from '../phase/phase.js';
import { type ShutdownReport } from '../report/shutdown-report.js';

/** What a hook is told. */
export interface ShutdownContext {
  /** Aborted when the hook's time is up. Pass it on: to `fetch`, to queries, to timers. */
  readonly signal: AbortSignal;
  /** Milliseconds this hook had when it was called. */
  readonly remainingMs: number;
  /** Why the service stops: `SIGTERM`, `app.close()`, or what was passed to `shutdown(reason)`. */
  readonly reason: string;
  /** The phase the hook runs in. */
  readonly phase: Phase;
  /**
   * How it went, for hooks of the phase `stopped`: all but these hooks themselves, which the report has in the end. Left out
   * in other phases.
   */
  readonly report?: ShutdownReport | undefined;
}
