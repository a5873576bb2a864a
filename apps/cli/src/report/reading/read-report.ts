import { count, time } from 'nestjs-lifecycle-shared';
import { UsageError } from '../../usage-error.js';
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

/** The version of the report that is read here, see `nestjs-lifecycle/report.schema.json`. */
const KNOWN_VERSION = 1;

/** What every report has. */
const NEEDED = ['version', 'outcome', 'phases', 'durationMs', 'budgetMs', 'requests'];

/** Whether an object is a report, of any version. */
export function isReport(fields: Fields): boolean {
  return NEEDED.every((name) => name in fields);
}

/** What the log tells beside the report. */
interface Beside {
  readonly from: Shutdown['from'];
  readonly process?: string | undefined;
  /** How many there were in all, of what a line of the log has the first ones. */
  readonly totals?: unknown;
  /** How long the work of a source went on after the drain began, where a line says so. */
  readonly sourceMs?: ReadonlyMap<string, number>;
}

/**
 * Reads a report.
 *
 * @throws UsageError for another version than the one that is known
 */
export function readReport(report: Fields, { from, process, totals, sourceMs }: Beside): Shutdown {
  if (report['version'] !== KNOWN_VERSION) {
    throw new UsageError(
      `this is version ${shown(report['version'], 'unknown')} of the report, and this command reads version ${KNOWN_VERSION}: ` +
        'npm install --save-dev nestjs-lifecycle-cli@latest',
    );
  }
  const durationMs = amountOf(report['durationMs']);
  const requests = fieldsOf(report['requests']) ?? {};
  const all = fieldsOf(totals) ?? {};
  const interrupted = cutsOf(requests['interrupted'], all['interrupted']);
  const phases = phasesOf(report, durationMs);
  return {
    from,
    process,
    reason: shown(report['reason']) || 'its end',
    outcome: shown(report['outcome'], 'unknown'),
    exitCode: numberOf(report['exitCode']),
    isLate: report['late'] === true,
    startedAt: shown(report['startedAt']) || undefined,
    durationMs,
    budgetMs: numberOf(report['budgetMs']),
    counts: countsOf(requests, interrupted.total),
    phases,
    steps: stepsOf(report),
    sources: sourcesOf(report, phases.find(({ name }) => name === 'draining')?.fromMs, sourceMs),
    interrupted,
    exemptCut: cutsOf(requests['exemptCut'], all['exemptCut']),
    lists: listsOf(report, all),
  };
}

function countsOf(requests: Fields, interrupted: number): Counts {
  const { inFlightAtStart, drained, refused } = requests;
  return {
    inFlightAtStart: amountOf(inFlightAtStart),
    drained: amountOf(drained),
    refused: amountOf(refused),
    interrupted,
  };
}

function cutsOf(value: unknown, total: unknown): Cuts {
  const items = listOf(value).map(({ name, kind, ageMs, correlationId }) => ({
    name: shown(name, 'without a name'),
    kind: [shown(kind), shown(correlationId)].filter((text) => text !== '').join(', '),
    ageMs: numberOf(ageMs),
  }));
  return { items, total: Math.max(items.length, amountOf(total)) };
}

/** Phases follow each other up to the end, so each begins where the rest of them is left. What was before the signal is not shown. */
function phasesOf(report: Fields, durationMs: number): Span[] {
  const spans: Span[] = [];
  let toMs = durationMs;
  for (const { phase, durationMs: tookMs } of listOf(report['phases']).toReversed()) {
    const fromMs = Math.max(0, toMs - amountOf(tookMs));
    const name = shown(phase, 'unknown');
    if (isShown(name, toMs, tookMs)) spans.push({ name, fromMs, toMs, note: noteOf(name, report) });
    toMs = fromMs;
  }
  const delayMs = amountOf(report['signalDelayMs']);
  if (delayMs > 0) spans.push({ name: 'event loop blocked', fromMs: 0, toMs: delayMs, note: 'the signal waited' });
  return spans.toReversed();
}

/** One that was over before the signal is not, nor is the end where no hook runs in it. */
function isShown(phase: string, toMs: number, tookMs: unknown): boolean {
  if (phase === 'stopped') return amountOf(tookMs) > 0;
  return phase !== 'ready' && (phase !== 'starting' || toMs > 0);
}

const LAME_DUCK_ENDS: Readonly<Record<string, string>> = {
  skipped: 'skipped',
  elapsed: 'until its time was up',
  quiet: 'until no request came',
  'probes-failed': 'until enough probes had failed',
  budget: 'until the time of the hooks',
  asked: 'until it was asked to end',
  forced: 'until the process had to end',
};

function noteOf(phase: string, report: Fields): string | undefined {
  const endedBy = shown(fieldsOf(report['lameDuck'])?.['endedBy']);
  return phase === 'lame-duck' && endedBy !== '' ? (LAME_DUCK_ENDS[endedBy] ?? endedBy) : undefined;
}

/** Results that are no trouble. */
const GOOD: ReadonlySet<string> = new Set(['done', 'closed', 'closed-before', 'left-open', 'flushed', 'taken']);

function stepsOf(report: Fields): Step[] {
  const step = (kind: Step['kind'], fields: Fields, place: string): Step => {
    const result = shown(fields['result'], 'unknown');
    return {
      kind,
      name: shown(fields['name'], 'without a name'),
      place,
      result: result.replaceAll('-', ' '),
      isBad: !GOOD.has(result),
      fromMs: numberOf(fields['startedMs']),
      durationMs: amountOf(fields['durationMs']),
      error: shown(fields['error']) || undefined,
    };
  };
  const turns = listOf(report['turns']).map(({ group, waitedMs, result, error }) => ({
    name: group,
    durationMs: waitedMs,
    result,
    error,
  }));
  return [
    ...turns.map((turn) => step('turn', turn, 'turn among instances')),
    ...listOf(report['hooks']).map((hook) => step('hook', hook, `${shown(hook['phase'])} ${shown(hook['priority'])}`)),
    ...listOf(report['nestHooks']).map((hook) => step('hook of Nest', hook, 'of Nest')),
    ...listOf(report['resources']).map((resource) =>
      step('resource', resource, `${shown(resource['type'])} ${shown(resource['priority'])}`),
    ),
  ];
}

const FIGURES: readonly (readonly [string, string])[] = [
  ['inFlightAtStart', 'in flight at the signal'],
  ['drained', 'drained'],
  ['interrupted', 'interrupted'],
  ['refused', 'refused'],
  ['closed', 'closed'],
  ['terminated', 'terminated'],
];

function sourcesOf(report: Fields, drainMs: number | undefined, sourceMs?: ReadonlyMap<string, number>): SourceRow[] {
  return listOf(report['sources']).map((source) => {
    const figures = FIGURES.flatMap(([field, words]) => {
      const amount = amountOf(source[field]);
      return amount > 0 ? [`${amount} ${words}`] : [];
    });
    const name = shown(source['name'], 'without a name');
    const ms = sourceMs?.get(name);
    return {
      name,
      figures: figures.join(', ') || 'nothing in flight',
      isBad: amountOf(source['interrupted']) > 0,
      toMs: drainMs === undefined || ms === undefined ? undefined : drainMs + ms,
    };
  });
}

function listsOf(report: Fields, totals: Fields): Listed[] {
  const errors = listOf(report['errors']).map(({ origin, message }) => `${shown(origin)}: ${shown(message)}`);
  const handles = listOf(report['openHandles']).map(({ kind, count: number }) => `${shown(kind)}: ${amountOf(number)}`);
  const early = listOf(report['endedEarly']).map(({ what, by }) => `${shown(what)}: ended early by ${shown(by)}`);
  const lost = listOf(report['lostOutput']).map(
    ({ stream, code }) => `lines on ${shown(stream)} were lost: ${shown(code)}`,
  );
  const late = fieldsOf(report['lateConnections']) ?? {};
  const sockets = [
    ...(amountOf(late['closed']) > 0
      ? [`${count(amountOf(late['closed']), 'connection')} that kept bringing requests: closed idle`]
      : []),
    ...socketsOf(report['webSockets'], 'WebSocket'),
    ...socketsOf(report['upgradedSockets'], 'upgraded socket'),
  ];
  return [
    { title: 'Errors', isBad: true, items: withRest(errors, totals['errors']) },
    {
      title: 'Still going on at the end',
      isBad: true,
      items: withRest(textsOf(report['leftBehind']), totals['leftBehind']),
    },
    { title: 'Ended before its time', isBad: true, items: early },
    { title: 'Not seen', isBad: false, items: textsOf(report['unseen']) },
    { title: 'Connections', isBad: false, items: sockets },
    { title: 'Lost lines', isBad: true, items: lost },
    { title: 'What kept the process alive', isBad: false, items: handles },
  ].filter(({ items }) => items.length > 0);
}

function socketsOf(value: unknown, noun: string): string[] {
  const { closed, terminated } = fieldsOf(value) ?? {};
  return [
    ...(amountOf(closed) > 0 ? [`${count(amountOf(closed), noun)} closed`] : []),
    ...(amountOf(terminated) > 0 ? [`${count(amountOf(terminated), noun)} ended by this side alone`] : []),
  ];
}

function withRest(items: readonly string[], total: unknown): string[] {
  const rest = amountOf(total) - items.length;
  return rest > 0 ? [...items, `and ${rest} more`] : [...items];
}

/** How much of the budget a time is: `18 %`; nothing where there is no budget. */
export function shareOf(ms: number, budgetMs: number | undefined): string | undefined {
  if (budgetMs === undefined || budgetMs <= 0) return undefined;
  return `${Math.round((ms / budgetMs) * 100)} % of ${time(budgetMs)}`;
}
