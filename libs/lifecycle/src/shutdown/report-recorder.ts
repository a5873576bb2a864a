import { type Clock } from '../deadline/clock.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type InFlightItem } from '../in-flight/in-flight-work.js';
import { type Phase } from '../phase/phase.js';
import { type ErrorReport, type HookReport, type Outcome, type PhaseReport, type ShutdownReport } from './shutdown-report.js';

/** What the events do not say. */
export interface ReportEnding {
  readonly drained: number;
  readonly refused: number;
  /** Names and phases of hooks that were never called or never ended. */
  readonly skippedHooks: readonly Pick<HookReport, 'name' | 'phase' | 'priority'>[];
  readonly leftBehind: readonly string[];
  /** Whether the process has to end with something still going on. */
  readonly isForced: boolean;
  /** Of a second signal. */
  readonly exitCode?: number;
}

/** Reads the events of a shutdown and makes its report of them. */
export class ReportRecorder {
  readonly #phases: { readonly phase: Phase; readonly startedAt: number }[] = [];
  readonly #hooks: HookReport[] = [];
  readonly #errors: ErrorReport[] = [];
  readonly #interrupted: InFlightItem[] = [];
  #start: { readonly event: Extract<LifecycleEvent, { type: 'shutdown-started' }>; readonly at: number; readonly date: Date } | undefined;
  #signal: NodeJS.Signals | undefined;

  constructor(private readonly clock: Clock) {
    this.#phases.push({ phase: 'starting', startedAt: clock.now() });
  }

  readonly read = (event: LifecycleEvent): void => {
    switch (event.type) {
      case 'shutdown-started':
        this.#start ??= { event, at: this.clock.now(), date: new Date() };
        this.#signal ??= event.signal;
        break;
      case 'phase-changed':
        this.#phases.push({ phase: event.phase, startedAt: this.clock.now() });
        break;
      case 'hook-settled':
        this.#hooks.push(hookReport(event));
        break;
      case 'work-interrupted':
        this.#interrupted.push(...event.items);
        break;
      case 'nest-hook-failed':
        this.#errors.push({ origin: event.name, message: describeError(event.error) });
        break;
      case 'error-uncaught':
        this.#errors.push({ origin: event.origin, message: describeError(event.error) });
        break;
      case 'boot-awaited':
      case 'progressed':
      case 'signal-repeated':
      case 'deadline-passed':
        break;
    }
  };

  /** A signal that came when the shutdown had begun without one. */
  addSignal(signal: NodeJS.Signals | undefined): void {
    this.#signal ??= signal;
  }

  /** Closes the books. */
  finish(ending: ReportEnding): ShutdownReport {
    const now = this.clock.now();
    const startedAt = this.#start?.at ?? now;
    const budgetMs = this.#start?.event.budgetMs ?? 0;
    const durationMs = now - startedAt;
    const late = durationMs > budgetMs;
    const outcome = this.#outcome(ending.isForced || late);
    return {
      reason: this.#start?.event.reason ?? '',
      signal: this.#signal ?? null,
      outcome,
      exitCode: ending.exitCode ?? (outcome === 'clean' ? 0 : 1),
      late,
      startedAt: (this.#start?.date ?? new Date()).toISOString(),
      durationMs: Math.round(durationMs),
      budgetMs,
      phases: this.#phaseReports(now),
      hooks: [...this.#hooks, ...ending.skippedHooks.map((hook) => ({ ...hook, result: 'skipped' as const, durationMs: 0 }))],
      requests: {
        inFlightAtStart: this.#start?.event.inFlight ?? 0,
        drained: ending.drained,
        refused: ending.refused,
        interrupted: this.#interrupted,
      },
      errors: this.#errors,
      leftBehind: ending.leftBehind,
    };
  }

  #outcome(isForced: boolean): Outcome {
    if (isForced) return 'forced';
    if (this.#errors.length > 0 || this.#hooks.some(({ result }) => result !== 'done')) return 'failed';
    return this.#interrupted.length > 0 ? 'interrupted' : 'clean';
  }

  #phaseReports(now: number): PhaseReport[] {
    return this.#phases.map(({ phase, startedAt }, index) => ({
      phase,
      durationMs: Math.round((this.#phases[index + 1]?.startedAt ?? now) - startedAt),
    }));
  }
}

function hookReport(event: Extract<LifecycleEvent, { type: 'hook-settled' }>): HookReport {
  const { name, phase, priority, result } = event;
  const report = { name, phase, priority, result, durationMs: Math.round(event.durationMs) };
  return result === 'done' ? report : { ...report, error: describeError(event.error) };
}
