import { type Phase } from '../phase/phase.js';
import { type InFlightItem } from '../report/in-flight-item.js';
import { type LameDuckEnd } from '../report/lame-duck-end.js';
import { type LostOutput } from '../report/lost-output.js';
import { type ShutdownEnded, type ShutdownEnding, type SignalJoined } from './ending-events.js';
import {
  type BreakersOpened,
  type HealthAlertCleared,
  type HealthAlertRaised,
  type ReadinessRestored,
  type ReadinessShed,
} from './health-events.js';
import {
  type DrainEnded,
  type RequestRefused,
  type SourceDrained,
  type SourceInterrupted,
  type SourceStopped,
} from './source-events.js';

/**
 * A fact about the life of a service, in the past tense. The log, the report, metrics and traces are readers of these. All
 * durations are milliseconds, and may have a fraction.
 */
export type LifecycleEvent =
  | ShutdownStarted
  | PhaseChanged
  | BootAwaited
  | LameDuckEnded
  | TurnSettled
  | TurnNotFreed
  | HookStarted
  | HookSettled
  | HookEndedLate
  | Progressed
  | SourceStopped
  | SourceDrained
  | SourceInterrupted
  | DrainEnded
  | RequestRefused
  | WorkInterrupted
  | ExemptCut
  | LateConnectionsClosed
  | UpgradedTerminated
  | NestHookSettled
  | NestHookFailed
  | ResourceSettled
  | ErrorUncaught
  | SignalJoined
  | SignalRepeated
  | WaitEnded
  | ExitForeseen
  | ProcessExited
  | SignalDelayed
  | LoopBlocked
  | OutputLost
  | DrainLeft
  | TaskFailed
  | TaskNotStopped
  | DeadlinePassed
  | HealthAlertRaised
  | HealthAlertCleared
  | ReadinessShed
  | ReadinessRestored
  | BreakersOpened
  | ShutdownEnding
  | ShutdownEnded;

/** When an event has happened. */
export interface Moment {
  /** Monotonic milliseconds, of `performance.now()`. They tell the order and the distance of events. */
  readonly atMs: number;
  /** Wall-clock time, ISO 8601. It may jump. */
  readonly time: string;
}

/** An event with its moment. */
export type TimedEvent = LifecycleEvent & Moment;

/** The shutdown has begun. */
export interface ShutdownStarted {
  readonly type: 'shutdown-started';
  readonly reason: string;
  readonly signal: NodeJS.Signals | undefined;
  readonly inFlight: number;
  readonly budgetMs: number;
}

/** A phase has begun. */
export interface PhaseChanged {
  readonly type: 'phase-changed';
  readonly phase: Phase;
}

/** A signal came during the boot, which has to settle first. */
export interface BootAwaited {
  readonly type: 'boot-awaited';
}

/** The lame duck is over. */
export interface LameDuckEnded {
  readonly type: 'lame-duck-ended';
  readonly endedBy: LameDuckEnd;
  /** Failing readiness answers that were delivered by then, to one address at most one a second. */
  readonly failedProbes: number;
  /** Those that were delivered as well, and did not count. */
  readonly repeatedProbes: number;
  /** Whether it was to wait for another pod, with `singleReplica`, and requests still came when its time was over. */
  readonly isStillAlone: boolean;
}

/** The wait for a turn among the instances of a group is over. */
export interface TurnSettled {
  readonly type: 'turn-settled';
  readonly group: string;
  /** How many instances may drain at the same time. */
  readonly limit: number;
  readonly waitedMs: number;
  /** `late`: the time for it was up; `failed`: it could not be asked for. The shutdown goes on without one. */
  readonly result: 'taken' | 'late' | 'failed';
  readonly error?: unknown;
}

/** A turn was not given back as it should have been. */
export interface TurnNotFreed {
  readonly type: 'turn-not-freed';
  readonly group: string;
  readonly error: unknown;
}

/** A hook was called. */
export interface HookStarted {
  readonly type: 'hook-started';
  readonly name: string;
  readonly phase: Phase;
  readonly priority: number;
  /** How long it may take. */
  readonly allowedMs: number;
}

/** A hook that had timed out has ended after all. The shutdown had gone on without it. */
export interface HookEndedLate {
  readonly type: 'hook-ended-late';
  readonly name: string;
  readonly phase: Phase;
  readonly durationMs: number;
  /** What it threw, if it did. */
  readonly error?: unknown;
}

/** A hook has ended, failed or timed out. */
export interface HookSettled {
  readonly type: 'hook-settled';
  readonly name: string;
  readonly phase: Phase;
  readonly priority: number;
  readonly durationMs: number;
  readonly result: 'done' | 'failed' | 'timed-out';
  readonly error?: unknown;
}

/** Something is still being waited for. */
export interface Progressed {
  readonly type: 'progressed';
  readonly phase: Phase;
  readonly elapsedMs: number;
  readonly remainingMs: number;
  /** The names of what is waited for, the oldest first; at most a few. */
  readonly waitingFor: readonly string[];
  readonly total: number;
}

/** The drain's share was used up with work still in flight. */
export interface WorkInterrupted {
  readonly type: 'work-interrupted';
  readonly items: readonly InFlightItem[];
}

/** Exempt requests, for which the drain does not wait, were cut. */
export interface ExemptCut {
  readonly type: 'exempt-cut';
  readonly items: readonly InFlightItem[];
}

/** Connections that were open when the listener was closed kept bringing requests, and were closed at their limit. */
export interface LateConnectionsClosed {
  readonly type: 'late-connections-closed';
  /** Requests that had come on them by then. */
  readonly requests: number;
  /** Connections that were closed, because they were idle. */
  readonly closed: number;
}

/** Sockets that the application has upgraded by itself were still open when all its hooks had run, and were ended. */
export interface UpgradedTerminated {
  readonly type: 'upgraded-terminated';
  /** The name of each socket. */
  readonly names: readonly string[];
}

/** A shutdown hook of another provider, called by Nest, has ended. */
export interface NestHookSettled {
  readonly type: 'nest-hook-settled';
  /** `Database.onModuleDestroy`. */
  readonly name: string;
  readonly durationMs: number;
  readonly result: 'done' | 'failed';
  readonly error?: unknown;
}

/** It is known what became of a resource that was registered, or found among the providers. */
export interface ResourceSettled {
  readonly type: 'resource-settled';
  readonly name: string;
  /** What it is for: `database`, `cache`. */
  readonly resource: string;
  readonly priority: number;
  readonly result: 'closed' | 'closed-before' | 'left-open' | 'flushed' | 'forced' | 'failed';
  readonly durationMs: number;
  /** Of `forced` and `failed`. */
  readonly error?: unknown;
  /** Given to `register()`: the event of its hook has the same failure. */
  readonly isRegistered?: true;
}

/** A shutdown hook of another provider, called by Nest, threw. */
export interface NestHookFailed {
  readonly type: 'nest-hook-failed';
  readonly name: string;
  readonly error: unknown;
}

/** An error was not caught during the shutdown; Node decides what happens to the process. */
export interface ErrorUncaught {
  readonly type: 'error-uncaught';
  readonly origin: string;
  readonly error: unknown;
  /** Set if it is the reason of the shutdown. */
  readonly isCause?: true;
}

/** A second signal asked to end at once. */
export interface SignalRepeated {
  readonly type: 'signal-repeated';
  readonly signal: NodeJS.Signals;
}

/** The wait of a phase was ended by `endWait()`. */
export interface WaitEnded {
  readonly type: 'wait-ended';
  readonly phase: 'lame-duck' | 'draining';
  /** The reason that was passed to it. */
  readonly by: string;
}

/** A timer of the application will end the process before the budget is used up, so the budget is shorter now. */
export interface ExitForeseen {
  readonly type: 'exit-foreseen';
  /** Where the timer was set. */
  readonly by: string;
  readonly afterMs: number;
  /** The new budget. */
  readonly budgetMs: number;
}

/** The process was ended by `process.exit()` of other code before the shutdown was over. */
export interface ProcessExited {
  readonly type: 'process-exited';
  /** The code that called it. */
  readonly by: string;
}

/** Lines on a stream could not be written, and the shutdown goes on. */
export interface OutputLost extends LostOutput {
  readonly type: 'output-lost';
}

/** The event loop was blocked when the signal came; the budget counts from the beginning of the block. */
export interface SignalDelayed {
  readonly type: 'signal-delayed';
  readonly delayMs: number;
}

/** The event loop was blocked for a second or longer while the service stopped. */
export interface LoopBlocked {
  readonly type: 'loop-blocked';
  readonly durationMs: number;
  /** The names of hooks that were called meanwhile, or ran; at most a few. */
  readonly during: readonly string[];
  /** The calls that it was in, the innermost first, where they are known. */
  readonly stack?: readonly string[];
}

/** The budget is used up. */
export interface DeadlinePassed {
  readonly type: 'deadline-passed';
  /** The names of what was still running. */
  readonly waitingFor: readonly string[];
}

/** A signal or `app.close()` has come behind a drain that was asked for alone. */
export interface DrainLeft {
  readonly type: 'drain-left';
  /** How much of the time since the drain began does not count as used up. */
  readonly uncountedMs: number;
}

/** A background task has thrown. */
export interface TaskFailed {
  readonly type: 'task-failed';
  readonly name: string;
  readonly error: unknown;
  /** When it starts again; left out when it does not. */
  readonly restartInMs?: number;
}

/** A background task that was stopped has not ended in its time. */
export interface TaskNotStopped {
  readonly type: 'task-not-stopped';
  readonly name: string;
  readonly afterMs: number;
}
