import { type LostOutput } from './lost-output.js';
import { type LateConnectionsReport, type UpgradedSocketsReport, type WebSocketsReport } from './report-sections.js';
import { type InFlightItem } from './in-flight-item.js';
import { type Phase } from '../phase/phase.js';
import { type LameDuckEnd } from './lame-duck-end.js';

/**
 * How a shutdown ended.
 *
 * - `clean`: everything finished in time
 * - `unverified`: everything that was seen finished in time; the service does work that cannot be seen, and some of it
 *   may have been cut. `unseen` says what, and what to type
 * - `interrupted`: work in flight was cut by the drain's deadline
 * - `failed`: a hook threw or ran out of time, or an error was not caught
 * - `forced`: the process had to end with something still going on, or later than its budget
 */
export type Outcome = 'clean' | 'unverified' | 'interrupted' | 'failed' | 'forced';

/** The version of the report, see `version`. */
export const REPORT_VERSION = 1;

/** Everything that happened between the signal and the end. Plain data: it can be logged, stored and compared. */
export interface ShutdownReport {
  /** Counts up when a field changes its meaning; new fields leave it. The schema is `nestjs-lifecycle/report.schema.json`. */
  readonly version: typeof REPORT_VERSION;
  /** `SIGTERM`, `app.close()`, or what was passed to `shutdown(reason)`. */
  readonly reason: string;
  /** The signal, when there was one. */
  readonly signal: NodeJS.Signals | null;
  readonly outcome: Outcome;
  /**
   * What the process exits with, when the shutdown ends it: 128 + n after a second signal; else what the application has
   * chosen (`shutdown(reason, { exitCode })`, `process.exitCode`); else 0 when it is clean, and 1.
   */
  readonly exitCode: number;
  /** Whether it took longer than its budget. */
  readonly late: boolean;
  /** Wall-clock time of the signal, ISO 8601; of the block of the event loop that the signal may have waited for. */
  readonly startedAt: string;
  /** How long the event loop was blocked when the signal came. The budget and `durationMs` count from its beginning. */
  readonly signalDelayMs: number;
  readonly durationMs: number;
  readonly budgetMs: number;
  /** In order; how long each phase took. */
  readonly phases: readonly PhaseReport[];
  readonly lameDuck: LameDuckReport;
  /** Turns that were waited for among other instances, see `coordinate()`. Usually empty. They leave the outcome alone. */
  readonly turns: readonly TurnReport[];
  /** What was ended before its time, and by what. Usually empty. */
  readonly endedEarly: readonly EndedEarlyReport[];
  /** In the order they ended; then those that had not ended (`unfinished`), then those never called (`skipped`). */
  readonly hooks: readonly HookReport[];
  /** Hooks that Nest calls on the way out, in the order they ended; then those that had not ended (`unfinished`). */
  readonly nestHooks: readonly NestHookReport[];
  /** Pools, clients and exporters that were registered, or found among the providers, in the order in which they were closed. */
  readonly resources: readonly ResourceReport[];
  readonly requests: RequestsReport;
  readonly lateConnections: LateConnectionsReport;
  readonly webSockets: WebSocketsReport;
  readonly upgradedSockets: UpgradedSocketsReport;
  /** Every source of work that had some, in the order in which they are told. */
  readonly sources: readonly SourceReport[];
  /** Failures outside of hooks: uncaught errors, Nest hooks of other providers. */
  readonly errors: readonly ErrorReport[];
  /** What the service does and the library cannot see, a sentence each, with what to type. Empty where all is seen. */
  readonly unseen: readonly string[];
  /** Streams on which lines could not be written, such as with a full disk. It leaves the outcome alone. */
  readonly lostOutput: readonly LostOutput[];
  /** What was still going on when the process had to end, by name. */
  readonly leftBehind: readonly string[];
  /** What kept the process alive when it had to end, by kind, as Node calls it. Empty where it did not have to. */
  readonly openHandles: readonly OpenHandleReport[];
  readonly eventLoop: EventLoopReport;
}

/** How many handles of one kind were open. */
export interface OpenHandleReport {
  /** As `process.getActiveResourcesInfo()` has it: `TCPSocketWrap`, `Timeout`. */
  readonly kind: string;
  readonly count: number;
  /** Where they come from, the most numerous first, at most ten and `(others)`. Left out where Node does not tell. */
  readonly origins?: readonly HandleOriginReport[];
}

/** Handles of the same origin. */
export interface HandleOriginReport {
  /** A server by its address, `0.0.0.0:3000`; a socket by its peer, `10.0.0.5:5432` or `from 10.0.0.9 to port 3000`; a child by its file. */
  readonly name: string;
  readonly count: number;
}

/** How busy the event loop was while the service stopped. */
export interface EventLoopReport {
  /** The longest time for which nothing else could run. */
  readonly maxDelayMs: number;
  /** Which part of the time it ran code, from 0 to 1. */
  readonly utilization: number;
  /** When it was blocked for a second or longer. At most 20. */
  readonly blocks: readonly LoopBlockReport[];
}

/** One block of the event loop. */
export interface LoopBlockReport {
  readonly durationMs: number;
  /** Hooks that were called meanwhile, or ran. */
  readonly during: readonly string[];
  /** The calls that it was in, the innermost first. Left out without `watchdog: true`, and where they cannot be had. */
  readonly stack?: readonly string[];
}

/** What became of the work of one source. */
export interface SourceReport {
  /** What the source is called: `HTTP requests`, `tasks`, or the name it was added with. */
  readonly name: string;
  /** In flight at the signal. */
  readonly inFlightAtStart: number;
  /** Those of them, and later ones, that ended by themselves since. */
  readonly drained: number;
  /** In flight when the time of the drain was up. */
  readonly interrupted: number;
  /** Refused because they came too late. */
  readonly refused: number;
  /** Connections that ended on both sides. */
  readonly closed: number;
  /** Connections that were ended from this side alone. */
  readonly terminated: number;
}

/** How long one phase took. */
export interface PhaseReport {
  readonly phase: Phase;
  readonly durationMs: number;
}

/** A wait, or the whole process, that was ended before its time. */
export interface EndedEarlyReport {
  readonly what: 'lame-duck' | 'draining' | 'process';
  /** `endWait()` with its reason, `process.exit()` with the code that called it, or a second signal. */
  readonly by: string;
}

/** How the lame duck went. */
export interface LameDuckReport {
  /**
   * `elapsed`: its time was over; `quiet`: no request but exempt ones had come for long enough; `probes-failed`: enough
   * failing readiness answers had been delivered; `budget`: the hooks' share had begun; `asked`: `endWait()` was called; `forced`: the process had to
   * end meanwhile, because of a second signal or of `process.exit()`; `skipped`: there was none.
   */
  readonly endedBy: LameDuckEnd;
  /** Failing readiness answers that were delivered by its end: to one address at most one a second. */
  readonly failedProbes: number;
  /** Those that were delivered as well and did not count, because one had gone to the same address less than a second before. */
  readonly repeatedProbes: number;
}

/** The turn of this instance among those of its group. */
export interface TurnReport {
  readonly group: string;
  /** How many instances may drain at the same time. */
  readonly limit: number;
  readonly waitedMs: number;
  /** `late`: the time for it was up; `failed`: it could not be asked for. The shutdown went on without one. */
  readonly result: 'taken' | 'late' | 'failed';
  /** Why it could not be asked for, or was not given back. */
  readonly error?: string;
}

/** What became of one hook. */
export interface HookReport {
  readonly name: string;
  readonly phase: Phase;
  readonly priority: number;
  readonly result: 'done' | 'failed' | 'timed-out' | 'unfinished' | 'skipped';
  /** When it was called: milliseconds after the signal, counted as `durationMs` of the report is. Left out where it was not. */
  readonly startedMs?: number;
  readonly durationMs: number;
  /** The message of what it threw. */
  readonly error?: string;
}

/** What became of one hook that Nest calls: `onModuleDestroy`, `beforeApplicationShutdown` or `onApplicationShutdown`. */
export interface NestHookReport {
  /** `Database.onModuleDestroy`. */
  readonly name: string;
  readonly result: 'done' | 'failed' | 'unfinished';
  /** When it was called: milliseconds after the signal, counted as `durationMs` of the report is. Left out where it was not. */
  readonly startedMs?: number;
  readonly durationMs: number;
  /** The message of what it threw. */
  readonly error?: string;
}

/** What became of one pool, client or exporter. */
export interface ResourceReport {
  /** What it was registered as, else its kind and its token: `pg Pool PG_POOL`. */
  readonly name: string;
  readonly type: string;
  readonly priority: number;
  /**
   * `closed-before`: the application had closed it by then. `left-open`: the application was given it (`useValue`), and the
   * process goes on. `flushed`: a log, which is ended after the last line. `forced`: it did not close in time, which leaves the outcome alone.
   */
  readonly result: 'closed' | 'closed-before' | 'left-open' | 'flushed' | 'forced' | 'failed';
  /** When closing it began, in milliseconds after the signal. */
  readonly startedMs?: number;
  readonly durationMs: number;
  readonly error?: string;
}

/** Requests, messages and tasks alike. */
export interface RequestsReport {
  /** In flight at the signal. */
  readonly inFlightAtStart: number;
  /** Those of them, and later ones, that ended by themselves after the signal. */
  readonly drained: number;
  /** Answered 503 because they came too late. */
  readonly refused: number;
  /** Cut by the drain's deadline. */
  readonly interrupted: readonly InFlightItem[];
  /** Exempt ones that were cut. The drain does not wait for them, so they leave the outcome alone, and count in no other figure. */
  readonly exemptCut: readonly InFlightItem[];
}

/** A failure outside of our hooks. */
export interface ErrorReport {
  /** `uncaughtException`, `unhandledRejection`, or the name of a hook. */
  readonly origin: string;
  readonly message: string;
  /** Of an error that was not caught: where it comes from, as far as its stack shows. */
  readonly stack?: string;
}
