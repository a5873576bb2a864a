import { type Phase } from '../phase/phase.js';

/** A fact about a shutdown, in the past tense. The log, the report and whatever comes next are readers of these. */
export type LifecycleEvent =
  | ShutdownStarted
  | PhaseChanged
  | BootAwaited
  | LameDuckEnded
  | HookSettled
  | Progressed
  | WorkInterrupted
  | ExemptCut
  | LateConnectionsClosed
  | UpgradedTerminated
  | NestHookSettled
  | NestHookFailed
  | ErrorUncaught
  | SignalRepeated
  | WaitEnded
  | ExitForeseen
  | ProcessExited
  | SignalDelayed
  | OutputLost
  | DeadlinePassed;

/** The service has been told to stop. */
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

/** A signal came during boot, which has to settle first. */
export interface BootAwaited {
  readonly type: 'boot-awaited';
}

/** The lame duck is over. */
export interface LameDuckEnded {
  readonly type: 'lame-duck-ended';
  readonly endedBy: 'skipped' | 'elapsed' | 'quiet' | 'probes-failed' | 'budget' | 'asked' | 'forced';
  /** Failing readiness answers that were delivered by then, to one address at most one a second. */
  readonly failedProbes: number;
  /** Those that were delivered as well, and did not count. */
  readonly repeatedProbes: number;
}

/** A hook has ended, one way or another. */
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
  /** What is waited for, by name, the oldest first; at most a few. */
  readonly waitingFor: readonly string[];
  readonly total: number;
}

/** The drain's share was used up with work still in flight. */
export interface WorkInterrupted {
  readonly type: 'work-interrupted';
  readonly items: readonly InterruptedItem[];
}

/** Exempt requests, which the drain does not wait for, were cut. */
export interface ExemptCut {
  readonly type: 'exempt-cut';
  readonly items: readonly InterruptedItem[];
}

/** Connections that were open when the listener was closed went on to bring requests, and were closed at their limit. */
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
  /** One name for each. */
  readonly names: readonly string[];
}

/** A piece of work that was cut. */
export interface InterruptedItem {
  readonly kind: string;
  readonly name: string;
  readonly method?: string;
  readonly route?: string;
  readonly correlationId?: string;
  readonly isLongLived?: true;
  readonly ageMs: number;
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
  /** It is why the service stops. */
  readonly isCause?: true;
}

/** A second signal asked to end at once. */
export interface SignalRepeated {
  readonly type: 'signal-repeated';
  readonly signal: NodeJS.Signals;
}

/** The wait of a phase was ended from outside, because that was asked for. */
export interface WaitEnded {
  readonly type: 'wait-ended';
  readonly phase: 'lame-duck' | 'draining';
  /** Who asked for it, or why. */
  readonly by: string;
}

/** A timer of the application will end the process before the budget is used up, so there is less of it. */
export interface ExitForeseen {
  readonly type: 'exit-foreseen';
  /** The code that has set the timer. */
  readonly by: string;
  readonly afterMs: number;
  /** What the shutdown may take now. */
  readonly budgetMs: number;
}

/** The process was ended by `process.exit()` of other code before the shutdown was over. */
export interface ProcessExited {
  readonly type: 'process-exited';
  /** The code that called it. */
  readonly by: string;
}

/** Lines on a stream could not be written, and the shutdown goes on. */
export interface OutputLost {
  readonly type: 'output-lost';
  readonly stream: 'stdout' | 'stderr';
  /** What the system says, such as `ENOSPC`. */
  readonly code: string;
}

/** The event loop was blocked when the signal came; the budget counts from the beginning of the block. */
export interface SignalDelayed {
  readonly type: 'signal-delayed';
  readonly delayMs: number;
}

/** The budget is used up. */
export interface DeadlinePassed {
  readonly type: 'deadline-passed';
  /** What was still going on, by name. */
  readonly waitingFor: readonly string[];
}
