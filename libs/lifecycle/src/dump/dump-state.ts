import { type Clock } from '../deadline/clock.js';
import { callForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { nameShown } from '../errors/name-shown.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { withoutAnswered } from '../in-flight/work.js';
import { type WorkRow, workRows } from '../in-flight/work-rows.js';
import { type Phase } from '../phase/phase.js';
import { type OpenHandleReport } from '../report/shutdown-report.js';
import { openHandles } from '../shutdown/open-handles.js';
import { type LoopSample } from './loop-sample.js';

/** Counts up when what a dump says changes its meaning. */
export const DUMP_VERSION = 1;

/** How many rows a list has; what is more is counted. */
const MOST_ROWS = 100;

/**
 * What a service is doing: plain data. Times are whole milliseconds. Nothing of it is secret: no path, no id of a request, no body.
 * `dump.schema.json` describes it.
 */
export interface LifecycleDump extends DumpState {
  readonly eventLoop: LoopSample;
}

/** The same without what takes time to measure. */
export interface DumpState {
  readonly version: typeof DUMP_VERSION;
  /** ISO 8601. */
  readonly time: string;
  readonly pid: number;
  readonly phase: Phase;
  /** Whether the service is on its way out. */
  readonly isLeaving: boolean;
  /** What a shutdown may take. */
  readonly budgetMs: number;
  /** What is left of it; the whole budget before the shutdown. */
  readonly remainingMs: number;
  /** Since the shutdown began; 0 before. */
  readonly elapsedMs: number;
  readonly inFlight: DumpRows<WorkRow> & { readonly total: number };
  /** Those that run; `done` and `total` count those of the application. */
  readonly hooks: DumpRows<RunningHookRow> & { readonly done: number; readonly total: number };
  /** What the shutdown waits for beside work and hooks. */
  readonly waitingFor: readonly string[];
  /** What keeps the process alive, by kind. */
  readonly openHandles: readonly OpenHandleReport[];
  /** What could not be read, and why. */
  readonly unreadable: readonly string[];
}

/** The first rows of a list. */
export interface DumpRows<T> {
  readonly rows: readonly T[];
  /** How many there are beside these. */
  readonly more: number;
}

/** A hook that runs. */
export interface RunningHookRow {
  readonly name: string;
  readonly durationMs: number;
}

/** What a dump is read from. */
export interface DumpParts {
  readonly clock: Clock;
  readonly settings: { readonly budgetMs: number };
  readonly phases: { readonly current: Phase };
  readonly inFlight: Pick<InFlightWork, 'active'>;
  /** The hooks of the application, and those of the framework. */
  readonly hookStage: { readonly running: readonly RunningHookRow[] };
  readonly steps: { readonly running: readonly RunningHookRow[] };
  readonly sequence: {
    readonly hasBegun: boolean;
    readonly remainingMs: number;
    readonly elapsedMs: number;
    readonly waitingFor: readonly string[];
    readonly hookCounts: { readonly total: number; readonly done: number };
  };
}

/** Reads what is going on. Never throws: what cannot be read is empty, and named. */
export function readDumpState(parts: DumpParts): DumpState {
  const { settings, phases, sequence } = parts;
  const shown = nameShown();
  const unreadable: string[] = [];
  const onError = (name: string, error: unknown): void => {
    unreadable.push(shown(`${name}: ${describeError(error)}`));
  };
  const read = <T>(name: string, fallback: T, call: () => T): T => callForeign({ name, fallback, onError }, call);
  return {
    version: DUMP_VERSION,
    time: new Date().toISOString(),
    pid: process.pid,
    phase: phases.current,
    isLeaving: sequence.hasBegun,
    budgetMs: settings.budgetMs,
    remainingMs: Math.max(0, Math.round(sequence.remainingMs)),
    elapsedMs: Math.round(sequence.elapsedMs),
    inFlight: read('what is in flight', { rows: [], more: 0, total: 0 }, () => workOf(parts, shown)),
    hooks: read('hooks', { rows: [], more: 0, ...sequence.hookCounts }, () => hooksOf(parts, shown)),
    waitingFor: read('what is waited for', [], () => waitingFor(parts, shown)),
    openHandles: read('open handles', [], () => handlesOf(shown)),
    unreadable,
  };
}

function workOf({ inFlight, clock }: DumpParts, shown: (name: string) => string): DumpState['inFlight'] {
  const work = withoutAnswered(inFlight.active());
  return { ...first(workRows(work, { now: clock.now(), shown })), total: work.length };
}

function hooksOf({ hookStage, steps, sequence }: DumpParts, shown: (name: string) => string): DumpState['hooks'] {
  const running = [...hookStage.running, ...steps.running].map(({ name, durationMs }) => ({
    name: shown(name),
    durationMs: Math.round(durationMs),
  }));
  return { ...first(running), ...sequence.hookCounts };
}

/** Work and hooks have lists of their own: work with names that have no id of a request. */
function waitingFor({ phases, sequence }: DumpParts, shown: (name: string) => string): string[] {
  if (phases.current === 'draining') return [];
  return sequence.waitingFor
    .filter((name) => !name.startsWith('hook '))
    .slice(0, MOST_ROWS)
    .map(shown);
}

/** Addresses and files: a path may have anything in it. */
function handlesOf(shown: (name: string) => string): OpenHandleReport[] {
  return openHandles().map(({ kind, count, origins }) => {
    if (origins === undefined) return { kind, count };
    return { kind, count, origins: origins.map((origin) => ({ name: shown(origin.name), count: origin.count })) };
  });
}

function first<T>(rows: readonly T[]): DumpRows<T> {
  return { rows: rows.slice(0, MOST_ROWS), more: Math.max(0, rows.length - MOST_ROWS) };
}
