import {
  type Counts,
  type Cuts,
  type Listed,
  type Shutdown,
  type SourceRow,
  type Span,
  type Step,
} from '../shutdown.js';
import { amountOf, type Fields, fieldsOf, listOf, numberOf, shown, textsOf } from './foreign.js';
import { type LogLine } from './log-line.js';
import { readReport } from './read-report.js';

/**
 * The shutdown that some lines of one process tell of. With a report among them it is that; without one it is what the lines say.
 *
 * @throws UsageError for a report of a version that is not known
 */
export function readLines(lines: readonly LogLine[]): Shutdown {
  const process = lines.find((line) => line.process !== '')?.process;
  const end = lastReport(lines, 'shutdown-ended') ?? lastReport(lines, 'shutdown-ending');
  const report = fieldsOf(end?.fields['report']);
  if (end === undefined || report === undefined) return withoutReport(lines, process);
  const sourceMs = new Map(ofEvents(lines, ['source-drained', 'source-interrupted']).map(sourceTime));
  const read = readReport(report, { from: 'log', process: named(process), totals: end.fields['totals'], sourceMs });
  // It was written before hooks closed the log: what came behind it is not known.
  return end.event === 'shutdown-ended' ? read : { ...read, outcome: undefined, exitCode: undefined };
}

function lastReport(lines: readonly LogLine[], event: string): LogLine | undefined {
  return lines.findLast((line) => line.event === event && fieldsOf(line.fields['report']) !== undefined);
}

function named(process: string | undefined): string | undefined {
  return process === undefined ? undefined : shown(/^\d+$/.test(process) ? `pid ${process}` : process);
}

function ofEvents(lines: readonly LogLine[], events: readonly string[]): LogLine[] {
  return lines.filter(({ event }) => events.includes(event));
}

function sourceTime({ fields }: LogLine): readonly [string, number] {
  return [shown(fields['source']), amountOf(fields['durationMs'])];
}

function withoutReport(lines: readonly LogLine[], process: string | undefined): Shutdown {
  const started = lines.find(({ event }) => event === 'shutdown-started');
  const summary = fieldsOf(lines.findLast(({ event }) => event === 'shutdown-ended')?.fields['summary']);
  const clock = clockOf(lines, started);
  const durationMs = numberOf(summary?.['durationMs']) ?? clock.lastMs;
  const phases = summary === undefined ? phasesSeen(lines, clock) : phasesTold(summary, durationMs);
  return {
    ...endOf(summary, lines),
    ...beginningOf(started, summary),
    from: 'log',
    process: named(process),
    durationMs,
    counts: countsOf(summary, started, lines),
    phases,
    steps: stepsOf(lines, clock),
    sources: sourcesOf(lines, phases.find(({ name }) => name === 'draining')?.fromMs),
    interrupted: interruptedOf(lines),
    exemptCut: { items: [], total: 0 },
    lists: listsOf(lines, summary),
  };
}

function beginningOf(
  started: LogLine | undefined,
  summary: Fields | undefined,
): Pick<Shutdown, 'reason' | 'budgetMs' | 'startedAt'> {
  const told = started?.fields ?? summary;
  const at = started?.time === undefined ? Number.NaN : Date.parse(started.time);
  return {
    reason: shown(told?.['reason']) || 'its end',
    budgetMs: numberOf(told?.['budgetMs']),
    startedAt: Number.isNaN(at) ? undefined : new Date(at).toISOString(),
  };
}

function endOf(
  summary: Fields | undefined,
  lines: readonly LogLine[],
): Pick<Shutdown, 'outcome' | 'exitCode' | 'isLate'> {
  return {
    outcome: shown(summary?.['outcome']) || undefined,
    exitCode: numberOf(summary?.['exitCode']),
    isLate: summary?.['late'] === true || lines.some(({ event }) => event === 'deadline-passed'),
  };
}

/** When lines were written, in milliseconds after the signal. */
interface LogClock {
  of(line: LogLine): number | undefined;
  readonly lastMs: number;
}

function clockOf(lines: readonly LogLine[], started: LogLine | undefined): LogClock {
  const zero = started?.atMs;
  const of = ({ atMs }: LogLine): number | undefined =>
    zero === undefined || atMs === undefined ? undefined : Math.max(0, atMs - zero);
  const told = lines.map((line) =>
    Math.max(of(line) ?? 0, line.event === 'progressed' ? amountOf(line.fields['elapsedMs']) : 0),
  );
  return { of, lastMs: told.reduce((most, ms) => Math.max(most, ms), 0) };
}

function phasesTold(summary: Fields, durationMs: number): Span[] {
  const spans: Span[] = [];
  let toMs = durationMs;
  for (const { phase, durationMs: tookMs } of listOf(summary['phases']).toReversed()) {
    const fromMs = Math.max(0, toMs - amountOf(tookMs));
    if (phase !== 'stopped' || amountOf(tookMs) > 0) spans.push({ name: shown(phase), fromMs, toMs });
    toMs = fromMs;
  }
  return spans.toReversed();
}

/** The phases that lines tell of; the last one goes on to the last line. */
function phasesSeen(lines: readonly LogLine[], clock: LogClock): Span[] {
  const begun = lines.flatMap((line) => {
    const fromMs = line.event === 'phase-changed' ? clock.of(line) : undefined;
    return fromMs === undefined || line.fields['phase'] === 'ready'
      ? []
      : [{ name: shown(line.fields['phase']), fromMs }];
  });
  return begun.map(({ name, fromMs }, index) => {
    const next = begun[index + 1]?.fromMs;
    return next === undefined
      ? { name, fromMs, toMs: clock.lastMs, note: 'up to the last line' }
      : { name, fromMs, toMs: next };
  });
}

function countsOf(
  summary: Fields | undefined,
  started: LogLine | undefined,
  lines: readonly LogLine[],
): Counts | undefined {
  const requests = fieldsOf(summary?.['requests']);
  const drain = lines.findLast(({ event }) => event === 'drain-ended')?.fields;
  const told = requests ?? { ...drain, inFlightAtStart: started?.fields['inFlight'] };
  if (requests === undefined && started === undefined) return undefined;
  return {
    inFlightAtStart: amountOf(told['inFlightAtStart']),
    drained: amountOf(told['drained']),
    refused: amountOf(told['refused']),
    interrupted: amountOf(told['interrupted']),
  };
}

function interruptedOf(lines: readonly LogLine[]): Cuts {
  const { fields = {} } = lines.findLast(({ event }) => event === 'work-interrupted') ?? {};
  const items = listOf(fields['items']).map(({ name, kind, ageMs, correlationId }) => ({
    name: shown(name, 'without a name'),
    kind: [shown(kind), shown(correlationId)].filter((text) => text !== '').join(', '),
    ageMs: numberOf(ageMs),
  }));
  return { items, total: Math.max(items.length, amountOf(fields['total'])) };
}

function stepsOf(lines: readonly LogLine[], clock: LogClock): Step[] {
  const ended = ofEvents(lines, ['hook-settled', 'nest-hook-settled']).map((line): Step => {
    const { name, phase, priority, result, durationMs, error } = line.fields;
    const at = clock.of(line);
    const isOfNest = line.event === 'nest-hook-settled';
    return {
      kind: isOfNest ? 'hook of Nest' : 'hook',
      name: shown(name, 'without a name'),
      place: isOfNest ? 'of Nest' : `${shown(phase)} ${shown(priority)}`.trim(),
      result: shown(result, 'unknown').replaceAll('-', ' '),
      isBad: result !== 'done',
      fromMs: at === undefined ? undefined : Math.max(0, at - amountOf(durationMs)),
      durationMs: amountOf(durationMs),
      error: shown(error) || undefined,
    };
  });
  const isEnded = (name: string): boolean => ended.some((step) => step.name === name);
  const running = ofEvents(lines, ['hook-started']).flatMap((line): Step[] => {
    const name = shown(line.fields['name']);
    if (isEnded(name)) return [];
    const fromMs = clock.of(line);
    const durationMs = fromMs === undefined ? 0 : clock.lastMs - fromMs;
    const place = `${shown(line.fields['phase'])} ${shown(line.fields['priority'])}`.trim();
    return [{ kind: 'hook', name, place, result: 'no end in the log', isBad: true, fromMs, durationMs }];
  });
  return [...ended, ...running];
}

function sourcesOf(lines: readonly LogLine[], drainMs: number | undefined): SourceRow[] {
  return ofEvents(lines, ['source-drained', 'source-interrupted']).map(({ fields }) => {
    const interrupted = amountOf(fields['interrupted']);
    return {
      name: shown(fields['source'], 'without a name'),
      figures: `${amountOf(fields['drained'])} drained${interrupted > 0 ? `, ${interrupted} interrupted` : ''}`,
      isBad: interrupted > 0,
      toMs: drainMs === undefined ? undefined : drainMs + amountOf(fields['durationMs']),
    };
  });
}

function listsOf(lines: readonly LogLine[], summary: Fields | undefined): Listed[] {
  const errors = ofEvents(lines, ['error-uncaught']).map(
    ({ fields }) => `${shown(fields['origin'])}: ${shown(fields['error'])}`,
  );
  const ended = [
    ...ofEvents(lines, ['signal-repeated']).map(
      ({ fields }) => `the process: ended early by a second ${shown(fields['signal'])}`,
    ),
    ...ofEvents(lines, ['process-exited']).map(
      ({ fields }) => `the process: ended early by process.exit() of ${shown(fields['by'])}`,
    ),
  ];
  const waiting = lines.findLast(({ event }) => event === 'progressed' || event === 'deadline-passed');
  const awaited = summary === undefined ? textsOf(waiting?.fields['waitingFor']) : [];
  return [
    { title: 'Errors', isBad: true, items: errors },
    { title: 'What the last line says', isBad: true, items: textsOf(summary?.['trouble']) },
    { title: 'Last waited for', isBad: true, items: awaited },
    { title: 'Ended before its time', isBad: true, items: ended },
    { title: 'Not seen', isBad: false, items: textsOf(summary?.['unseen']) },
  ].filter(({ items }) => items.length > 0);
}
