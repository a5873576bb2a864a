import { safeFields, safeLine } from '../../libs/lifecycle/src/events/safe-fields.js';
import { renderEvent } from '../../libs/lifecycle/src/events/event-lines.js';
import { type LifecycleEvent } from '../../libs/lifecycle/src/events/lifecycle-event.js';
import { type ShutdownReport } from '../../libs/lifecycle/src/report/shutdown-report.js';
import { endedReport } from './ended-report.js';

/** An event, so many milliseconds after the signal. */
export type Told = readonly [number, LifecycleEvent];

const BEGAN = Date.parse('2026-11-30T09:29:40.000Z');
const item = { kind: 'response', name: 'GET /report', ageMs: 21_300, correlationId: 'r-7' } as const;

/** A report in which much has happened: a request was cut, and a hook took too long. */
export const TROUBLED: ShutdownReport = endedReport({
  outcome: 'failed',
  exitCode: 1,
  durationMs: 26_000,
  startedAt: new Date(BEGAN).toISOString(),
  phases: [
    { phase: 'starting', durationMs: 900 },
    { phase: 'ready', durationMs: 3_600_000 },
    { phase: 'lame-duck', durationMs: 5000 },
    { phase: 'draining', durationMs: 18_000 },
    { phase: 'closing', durationMs: 3000 },
    { phase: 'stopped', durationMs: 0 },
  ],
  hooks: [
    { name: 'Ledger.close', phase: 'closing', priority: 80, result: 'done', startedMs: 23_000, durationMs: 120 },
    {
      name: 'Outbox.flush',
      phase: 'closing',
      priority: 60,
      result: 'timed-out',
      startedMs: 23_120,
      durationMs: 2880,
      error: 'it took longer than 2.88s',
    },
    { name: 'Audit.end', phase: 'closing', priority: 90, result: 'skipped', durationMs: 0 },
  ],
  nestHooks: [{ name: 'Cache.onModuleDestroy', result: 'done', startedMs: 26_000, durationMs: 0 }],
  resources: [
    { name: 'pg Pool PG', type: 'database', priority: 80, result: 'closed', startedMs: 26_000, durationMs: 0 },
  ],
  requests: { inFlightAtStart: 3, drained: 2, refused: 1, interrupted: [item], exemptCut: [] },
  sources: [
    { name: 'HTTP requests', inFlightAtStart: 3, drained: 2, interrupted: 1, refused: 1, closed: 0, terminated: 0 },
    { name: 'tasks', inFlightAtStart: 0, drained: 1, interrupted: 0, refused: 0, closed: 0, terminated: 0 },
  ],
});

const hook = { phase: 'closing', priority: 80 } as const;

/** What the log of {@link TROUBLED} is made of. */
export const TOLD: readonly Told[] = [
  [0, { type: 'shutdown-started', reason: 'SIGTERM', signal: 'SIGTERM', inFlight: 3, budgetMs: 28_000 }],
  [0, { type: 'phase-changed', phase: 'lame-duck' }],
  [5000, { type: 'phase-changed', phase: 'draining' }],
  [
    6000,
    {
      type: 'progressed',
      phase: 'draining',
      elapsedMs: 6000,
      remainingMs: 22_000,
      waitingFor: ['GET /report'],
      total: 1,
    },
  ],
  [23_000, { type: 'work-interrupted', items: [item] }],
  [23_000, { type: 'source-interrupted', source: 'HTTP requests', drained: 2, interrupted: 1, durationMs: 18_000 }],
  [23_000, { type: 'source-drained', source: 'tasks', drained: 1, durationMs: 250 }],
  [23_000, { type: 'drain-ended', drained: 3, interrupted: 1, durationMs: 18_000 }],
  [23_000, { type: 'phase-changed', phase: 'closing' }],
  [23_000, { type: 'hook-started', name: 'Ledger.close', allowedMs: 5000, ...hook }],
  [23_120, { type: 'hook-settled', name: 'Ledger.close', durationMs: 120, result: 'done', ...hook }],
  [23_120, { type: 'hook-started', name: 'Outbox.flush', allowedMs: 2880, phase: 'closing', priority: 60 }],
  [
    26_000,
    {
      type: 'hook-settled',
      name: 'Outbox.flush',
      durationMs: 2880,
      result: 'timed-out',
      phase: 'closing',
      priority: 60,
      error: new Error('it took longer than 2.88s'),
    },
  ],
  [26_000, { type: 'nest-hook-settled', name: 'Cache.onModuleDestroy', durationMs: 0, result: 'done' }],
  [26_000, { type: 'shutdown-ended', report: TROUBLED }],
];

interface Line {
  readonly at: Date;
  readonly text: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function linesOf(told: readonly Told[]): Line[] {
  return told.flatMap(([ms, event]) => {
    const line = renderEvent(event);
    if (line === undefined) return [];
    const fields = safeFields({ event: event.type, ...line.fields });
    return [{ at: new Date(BEGAN + ms), text: safeLine(line.text), level: line.level, fields }];
  });
}

/** As Nest's console writes it, with its colours. */
export function asNestText(told: readonly Told[], pid = 12): string[] {
  return linesOf(told).map(({ at, text, level }) => {
    const clock = at.toLocaleString('en-US', { timeZone: 'UTC' });
    const name = level.toUpperCase().padStart(7);
    return `\u001B[32m[Nest] ${pid}  - \u001B[39m${clock} \u001B[32m${name}\u001B[39m \u001B[38;5;3m[GracefulShutdown] \u001B[39m\u001B[32m${text}\u001B[39m`;
  });
}

/** As Nest's console writes it with `json: true`. */
export function asNestJson(told: readonly Told[], pid = 12): string[] {
  return linesOf(told).map(({ at, text, level, fields }) =>
    JSON.stringify({
      level,
      pid,
      timestamp: at.getTime(),
      message: { msg: text, ...fields },
      context: 'GracefulShutdown',
    }),
  );
}

/** As nestjs-pino writes it. */
export function asPino(told: readonly Told[], pid = 12): string[] {
  return linesOf(told).map(({ at, text, fields }) =>
    JSON.stringify({
      level: 30,
      time: at.getTime(),
      pid,
      hostname: 'orders-1',
      context: 'GracefulShutdown',
      msg: text,
      ...fields,
    }),
  );
}
