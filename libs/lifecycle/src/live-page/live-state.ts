import { type Clock } from '../deadline/clock.js';
import { nameShown } from '../errors/name-shown.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { withoutAnswered } from '../in-flight/work.js';
import { type WorkRow, workRows } from '../in-flight/work-rows.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { type Phase } from '../phase/phase.js';
import { type Outcome, type ShutdownReport } from '../report/shutdown-report.js';
import { type HookRow, type HookRows } from './hook-rows.js';

/** How many rows a table has; what is more is counted. */
const MOST_ROWS = 100;

/** What the page shows, as it is sent. Times are whole milliseconds. Nothing of it is secret: no path, no id of a request, no body. */
export interface LiveState {
  readonly phase: Phase;
  readonly isLeaving: boolean;
  readonly budgetMs: number;
  readonly remainingMs: number;
  readonly elapsedMs: number;
  readonly inFlight: number;
  /** Work of the same kind and name in one row. */
  readonly work: Rows<WorkRow>;
  readonly sources: Rows<SourceRow>;
  readonly hooks: Rows<HookRow> & { readonly done: number; readonly total: number };
  /** What the end waits for beside work and hooks. */
  readonly waitingFor: readonly string[];
  readonly end?: LiveEnd;
}

interface Rows<T> {
  readonly rows: readonly T[];
  /** How many there are beside these. */
  readonly more: number;
}

interface SourceRow {
  readonly name: string;
  readonly inFlight: number;
  readonly served: number;
  readonly drained: number;
  readonly refused: number;
  readonly interrupted: number;
}

/** How it ended. */
interface LiveEnd {
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly durationMs: number;
  readonly interrupted: number;
}

/** How far the shutdown is, from above. */
export interface LiveShutdown {
  readonly report: ShutdownReport | undefined;
  readonly hasBegun: boolean;
  readonly remainingMs: number;
  readonly elapsedMs: number;
  readonly waitingFor: readonly string[];
  readonly hookCounts: { readonly total: number; readonly done: number };
}

/** What a state is read from. */
export interface LiveParts {
  readonly clock: Clock;
  readonly settings: { readonly budgetMs: number };
  readonly phases: { readonly current: Phase };
  readonly inFlight: InFlightWork;
  readonly sources: WorkSources;
  readonly sequence: LiveShutdown;
}

/** Reads what is going on. It is called only while a browser is connected. */
export function readLiveState(parts: LiveParts, hooks: HookRows, report = parts.sequence.report): LiveState {
  const { clock, phases, sequence, settings } = parts;
  const shown = nameShown();
  const { waitingFor, hookCounts } = sequence;
  const work = withoutAnswered(parts.inFlight.active());
  return {
    phase: phases.current,
    isLeaving: sequence.hasBegun,
    budgetMs: report?.budgetMs ?? settings.budgetMs,
    remainingMs: Math.max(0, Math.round(sequence.remainingMs)),
    elapsedMs: report?.durationMs ?? Math.round(sequence.elapsedMs),
    inFlight: work.length,
    work: first(workRows(work, { now: clock.now(), shown })),
    sources: first(sourceRows(parts.sources, shown)),
    hooks: { ...hooks.read(MOST_ROWS, shown), ...hookCounts },
    // Work has a table, with names that have no id of a request.
    waitingFor: phases.current === 'draining' ? [] : waitingFor.slice(0, MOST_ROWS).map(shown),
    ...(report !== undefined && { end: endOf(report) }),
  };
}

function endOf({ outcome, exitCode, durationMs, requests }: ShutdownReport): LiveEnd {
  return { outcome, exitCode, durationMs, interrupted: requests.interrupted.length };
}

function first<T>(rows: readonly T[]): Rows<T> {
  return { rows: rows.slice(0, MOST_ROWS), more: Math.max(0, rows.length - MOST_ROWS) };
}

/** Those that have had work. */
function sourceRows(sources: WorkSources, shown: (name: string) => string): SourceRow[] {
  return sources
    .statistics()
    .map(({ name, inFlight, served, drained, refused, interrupted }) => ({
      name: shown(name),
      inFlight,
      served,
      drained,
      refused,
      interrupted,
    }))
    .filter(({ inFlight, served, refused, interrupted }) => inFlight + served + refused + interrupted > 0);
}
