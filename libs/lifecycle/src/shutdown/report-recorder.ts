import { type Clock } from '../deadline/clock.js';
import { withBlock } from './loop-blocks.js';
import { type LoopDelay } from './loop-meter.js';
import { hookReport, nestHookReport, resourceReport, type StartOf } from './report-items.js';
import { withTurn } from './turn-reports.js';
import { describeError, stackOf } from '../errors/lifecycle-error.js';
import { type LostOutput } from '../report/lost-output.js';
import { type LifecycleEvent, type Moment } from '../events/lifecycle-event.js';
import { type InFlightItem } from '../report/in-flight-item.js';
import {
  type LateConnectionsReport,
  type UpgradedSocketsReport,
  type WebSocketsReport,
} from '../report/report-sections.js';
import { type Phase } from '../phase/phase.js';
import {
  type EndedEarlyReport,
  type ErrorReport,
  type HookReport,
  type LameDuckReport,
  type LoopBlockReport,
  type NestHookReport,
  type OpenHandleReport,
  type Outcome,
  type PhaseReport,
  REPORT_VERSION,
  type RequestsReport,
  type ResourceReport,
  type ShutdownReport,
  type SourceReport,
  type TurnReport,
} from '../report/shutdown-report.js';

type UnendedHook = Pick<HookReport, 'name' | 'phase' | 'priority' | 'durationMs'>;

/** What the report needs beside the events. */
export interface ReportEnding {
  readonly drained: number;
  readonly refused: number;
  readonly lateConnections: LateConnectionsReport;
  readonly webSockets: WebSocketsReport;
  readonly upgradedSockets: UpgradedSocketsReport;
  readonly sources?: readonly SourceReport[];
  /** Work that was in flight when the process had to end. */
  readonly cut: readonly InFlightItem[];
  /** Hooks that were called and have not ended. */
  readonly runningHooks: readonly UnendedHook[];
  /** Hooks that Nest has called and that have not ended. */
  readonly runningNestHooks: readonly { readonly name: string; readonly durationMs: number }[];
  /** Hooks that were never called. */
  readonly skippedHooks: readonly Omit<UnendedHook, 'durationMs'>[];
  /** Kinds of work that cannot be seen, a sentence each. */
  readonly unseen: readonly string[];
  readonly leftBehind: readonly string[];
  readonly openHandles: readonly OpenHandleReport[];
  /** How busy the event loop was so far. */
  readonly loop?: LoopDelay;
  /** Whether the process has to end while something still runs. */
  readonly isForced: boolean;
  /** The exit code of a second signal. */
  readonly exitCode?: number;
  /** The exit code that the application has chosen for a shutdown without failures; 0 if it has chosen none. */
  readonly ownExitCode: number;
}

/** The part of the ending that depends on whether the shutdown is over. */
export type ReportedEnding = Omit<
  ReportEnding,
  | 'ownExitCode'
  | 'loop'
  | 'drained'
  | 'unseen'
  | 'refused'
  | 'sources'
  | 'lateConnections'
  | 'webSockets'
  | 'upgradedSockets'
>;

/** For a shutdown that still runs: no hook and no work counts as left behind. */
export const NOTHING_LEFT = {
  isForced: false,
  cut: [],
  runningHooks: [],
  runningNestHooks: [],
  skippedHooks: [],
  leftBehind: [],
  openHandles: [],
} as const;

/** Reads the events of a shutdown and makes its report. */
export class ReportRecorder {
  readonly #phases: { readonly phase: Phase; readonly startedAt: number }[] = [];
  readonly #hooks: HookReport[] = [];
  readonly #nestHooks: NestHookReport[] = [];
  readonly #errors: ErrorReport[] = [];
  readonly #resources: ResourceReport[] = [];
  readonly #interrupted: InFlightItem[] = [];
  readonly #exemptCut: InFlightItem[] = [];
  #lameDuck: LameDuckReport = { endedBy: 'skipped', failedProbes: 0, repeatedProbes: 0 };
  #start:
    | {
        readonly event: Extract<LifecycleEvent, { type: 'shutdown-started' }>;
        readonly moment: Moment;
      }
    | undefined;
  #signal: NodeJS.Signals | undefined;
  #isLate = false;
  #delayMs = 0;
  /** Behind a drain that was asked for alone. */
  #uncountedMs = 0;
  /** Set once a timer is known that ends the process before the planned budget. */
  #budgetMs: number | undefined;
  readonly #endedEarly: EndedEarlyReport[] = [];
  readonly #lostOutput: LostOutput[] = [];
  #turns: readonly TurnReport[] = [];
  #blocks: readonly LoopBlockReport[] = [];

  constructor(private readonly clock: Clock) {
    this.#phases.push({ phase: 'starting', startedAt: clock.now() });
  }

  readonly read = (event: LifecycleEvent, moment: Moment): void => {
    this.#readStart(event, moment);
    if (event.type === 'deadline-passed') this.#isLate = true;
    if (event.type === 'phase-changed') this.#phases.push({ phase: event.phase, startedAt: moment.atMs });
    if (event.type === 'lame-duck-ended') {
      const { endedBy, failedProbes, repeatedProbes } = event;
      this.#lameDuck = { endedBy, failedProbes, repeatedProbes };
    }
    this.#readEnd(event, moment.atMs);
    this.#turns = withTurn(this.#turns, event);
    this.#blocks = withBlock(this.#blocks, event);
    this.#readCut(event);
    this.#readError(event);
    this.#readEarlyEnd(event);
  };

  #readEnd(event: LifecycleEvent, endedAt: number): void {
    if (event.type === 'hook-settled') this.#hooks.push(hookReport(event, this.#startOf(event, endedAt)));
    if (event.type === 'nest-hook-settled') this.#nestHooks.push(nestHookReport(event, this.#startOf(event, endedAt)));
    if (event.type === 'resource-settled') this.#resources.push(resourceReport(event, this.#startOf(event, endedAt)));
  }

  /** When something began, as the report counts: from the beginning of the block that the signal may have waited for. */
  #startOf({ durationMs }: { readonly durationMs: number }, endedAt: number): StartOf {
    if (this.#start === undefined) return {};
    const ms = endedAt - durationMs - this.#start.moment.atMs + this.#delayMs;
    return { startedMs: Math.max(0, Math.round(ms)) };
  }

  #unended(ending: ReportEnding, now: number): Pick<ShutdownReport, 'hooks' | 'nestHooks'> {
    const running = ending.runningHooks.map((hook) => ({
      ...unendedHook(hook, 'unfinished'),
      ...this.#startOf(hook, now),
    }));
    const skipped = ending.skippedHooks.map((hook) => unendedHook({ ...hook, durationMs: 0 }, 'skipped'));
    const ofNest = ending.runningNestHooks.map((hook) => ({ ...unendedNestHook(hook), ...this.#startOf(hook, now) }));
    return { hooks: [...this.#hooks, ...running, ...skipped], nestHooks: [...this.#nestHooks, ...ofNest] };
  }

  #readStart(event: LifecycleEvent, moment: Moment): void {
    if (event.type === 'shutdown-started') this.#start ??= { event, moment };
    if (event.type === 'shutdown-started' || event.type === 'signal-joined') this.#signal ??= event.signal;
  }

  #readEarlyEnd(event: LifecycleEvent): void {
    if (event.type === 'wait-ended') this.#endedEarly.push({ what: event.phase, by: event.by });
    if (event.type === 'process-exited')
      this.#endedEarly.push({ what: 'process', by: `process.exit() of ${event.by}` });
    if (event.type === 'signal-repeated') this.#endedEarly.push({ what: 'process', by: `a second ${event.signal}` });
    if (event.type === 'signal-delayed') this.#delayMs = event.delayMs;
    if (event.type === 'exit-foreseen') this.#budgetMs = event.budgetMs;
    if (event.type === 'drain-left') this.#uncountedMs = event.uncountedMs;
    if (event.type === 'output-lost') this.#lostOutput.push({ stream: event.stream, code: event.code });
  }

  /** One by one: as arguments of one `push` they might not fit on the stack. */
  #readCut(event: LifecycleEvent): void {
    if (event.type === 'work-interrupted') for (const item of event.items) this.#interrupted.push(item);
    if (event.type === 'exempt-cut') for (const item of event.items) this.#exemptCut.push(item);
  }

  #readError(event: LifecycleEvent): void {
    if (event.type === 'nest-hook-failed') this.#errors.push(errorReport(event.name, event.error));
    if (event.type === 'error-uncaught') this.#errors.push(uncaughtReport(event.origin, event.error));
    if (event.type !== 'task-failed' || event.restartInMs !== undefined || this.#start === undefined) return;
    this.#errors.push(errorReport(`background task ${event.name}`, event.error));
  }

  /** Makes the report. */
  finish(ending: ReportEnding): ShutdownReport {
    const now = this.clock.now();
    const { reason } = this.#start?.event ?? NOT_STARTED;
    const { startedAt, durationMs, budgetMs } = this.#times(now);
    const late = this.#isLate || durationMs - this.#uncountedMs > budgetMs;
    const seen = this.#outcome(ending, late);
    return {
      version: REPORT_VERSION,
      reason,
      signal: this.#signal ?? null,
      outcome: seen === 'clean' && ending.unseen.length > 0 ? 'unverified' : seen,
      exitCode: exitCodeOf(ending, seen),
      late,
      startedAt,
      signalDelayMs: Math.round(this.#delayMs),
      durationMs: Math.round(durationMs),
      budgetMs,
      phases: this.#phaseReports(now),
      lameDuck: this.#lameDuck,
      turns: this.#turns,
      endedEarly: this.#endedEarly,
      ...this.#unended(ending, now),
      resources: this.#resources,
      requests: this.#requests(ending),
      lateConnections: ending.lateConnections,
      webSockets: ending.webSockets,
      upgradedSockets: ending.upgradedSockets,
      sources: ending.sources ?? [],
      errors: this.#errors,
      unseen: ending.unseen,
      lostOutput: this.#lostOutput,
      leftBehind: ending.leftBehind,
      openHandles: ending.openHandles,
      eventLoop: { ...(ending.loop ?? NOT_MEASURED), blocks: this.#blocks },
    };
  }

  #requests({ drained, refused, cut }: ReportEnding): RequestsReport {
    const { inFlight: inFlightAtStart } = this.#start?.event ?? NOT_STARTED;
    const interrupted = [...this.#interrupted, ...cut];
    return { inFlightAtStart, drained, refused, interrupted, exemptCut: this.#exemptCut };
  }

  /** Counted from the beginning of the block of the event loop, behind which the signal may have waited. */
  #times(now: number): { readonly startedAt: string; readonly durationMs: number; readonly budgetMs: number } {
    const { event, moment } = this.#start ?? {
      event: NOT_STARTED,
      moment: { atMs: now, time: new Date().toISOString() },
    };
    return {
      startedAt: new Date(Date.parse(moment.time) - this.#delayMs).toISOString(),
      durationMs: now - moment.atMs + this.#delayMs,
      budgetMs: Math.round(this.#budgetMs ?? event.budgetMs),
    };
  }

  #outcome({ isForced, runningHooks, skippedHooks }: ReportEnding, isLate: boolean): Outcome {
    if (isForced || isLate) return 'forced';
    if (runningHooks.length + skippedHooks.length > 0) return 'failed';
    if (this.#errors.length > 0 || this.#hooks.some(({ result }) => result !== 'done')) return 'failed';
    if (this.#resources.some(({ result }) => result === 'failed')) return 'failed';
    return this.#interrupted.length > 0 ? 'interrupted' : 'clean';
  }

  #phaseReports(now: number): PhaseReport[] {
    return this.#phases.map(({ phase, startedAt }, index) => ({
      phase,
      durationMs: Math.round((this.#phases[index + 1]?.startedAt ?? now) - startedAt),
    }));
  }
}

/** A failure never ends with 0. An exit code that the application has chosen is kept, because it says more than a 1. */
function exitCodeOf({ exitCode, ownExitCode }: ReportEnding, outcome: Outcome): number {
  if (exitCode !== undefined) return exitCode;
  if (Number.isInteger(ownExitCode) && ownExitCode !== 0) return ownExitCode;
  return outcome === 'clean' ? 0 : 1;
}

const NOT_MEASURED: LoopDelay = { maxDelayMs: 0, utilization: 0 };

/** For a process that exits before its shutdown began. */
const NOT_STARTED = { reason: '', inFlight: 0, budgetMs: 0 };

function errorReport(origin: string, error: unknown): ErrorReport {
  return { origin, message: describeError(error) };
}

/** No other name says where it comes from. */
function uncaughtReport(origin: string, error: unknown): ErrorReport {
  const stack = stackOf(error);
  return { ...errorReport(origin, error), ...(stack === undefined ? {} : { stack }) };
}

function unendedNestHook({ name, durationMs }: ReportEnding['runningNestHooks'][number]): NestHookReport {
  return { name, result: 'unfinished', durationMs: Math.round(durationMs) };
}

function unendedHook({ name, phase, priority, durationMs }: UnendedHook, result: 'unfinished' | 'skipped'): HookReport {
  return { name, phase, priority, result, durationMs: Math.round(durationMs) };
}
