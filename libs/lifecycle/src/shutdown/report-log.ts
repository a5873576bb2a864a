import { formatDuration } from '../deadline/duration.js';
import { type EventLog } from '../events/event-log.js';
import { firstItems, firstNames } from '../events/line-limits.js';
import { titleOf } from '../events/title.js';
import { type ShutdownReport } from '../report/shutdown-report.js';

/**
 * Writes one line that says how the shutdown went, with the report as its fields. Of what was cut, left behind or
 * failed it has the first pieces and the totals: the line may be the last before SIGKILL, and must not be too long to
 * be written.
 */
export function logReport(log: EventLog, report: ShutdownReport): void {
  write(log, report, { event: 'shutdown-ended', text: summarise(report) });
}

/**
 * Writes the same as far as it is known, before hooks close logs: a file logger that they end does not get the last
 * line.
 */
export function logReportSoFar(log: EventLog, report: ShutdownReport): void {
  const text = `before logs are closed: ${summarise(report, 'so far')}; still to come: hooks that close logs, and those of Nest`;
  write(log, report, { event: 'shutdown-ending', text });
}

function write(
  log: EventLog,
  report: ShutdownReport,
  { event, text }: { readonly event: string; readonly text: string },
): void {
  const { requests, errors, leftBehind } = report;
  const fields = {
    event,
    report: {
      ...report,
      requests: {
        ...requests,
        interrupted: firstItems(requests.interrupted),
        exemptCut: firstItems(requests.exemptCut),
      },
      nestHooks: firstItems(report.nestHooks),
      errors: firstItems(errors),
      leftBehind: firstItems(leftBehind),
    },
    totals: {
      interrupted: requests.interrupted.length,
      exemptCut: requests.exemptCut.length,
      errors: errors.length,
      leftBehind: leftBehind.length,
    },
  };
  if (report.outcome === 'clean') log.log(text, fields);
  else if (report.outcome === 'unverified') log.warn(text, fields);
  else log.error(text, fields);
}

/** The report as one sentence. */
export function summarise(report: ShutdownReport, verb: 'stopped' | 'so far' = 'stopped'): string {
  const { outcome, reason, durationMs, budgetMs, late, requests, hooks, phases, exitCode, endedEarly } = report;
  const spent = phases
    .filter(({ phase }) => phase !== 'starting' && phase !== 'ready')
    .map(({ phase, durationMs: ms }) => `${phase} ${formatDuration(ms)}`);
  const done = hooks.filter(({ result }) => result === 'done').length;
  const parts = [
    `${verb} ${outcome} after ${formatDuration(durationMs)}${late ? `, later than its budget of ${formatDuration(budgetMs)}` : ''}`,
    `reason ${reason}`,
    spent.join(', '),
    `${requests.inFlightAtStart} in flight at the start, ${requests.drained} drained, ${requests.refused} refused, ${requests.interrupted.length} interrupted`,
    ...lateTexts(report),
    ...socketsTexts(report),
    `${done} of ${hooks.length} hooks done${nestHooksText(report)}${troubles(report)}`,
    ...endedEarly.map(({ what, by }) => `${what} ended early by ${by}`),
    `exit code ${exitCode}`,
    ...(outcome === 'unverified' ? [`some work may have been cut: ${report.unseen.join(' ')}`] : []),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** Only where the limit of late connections was reached. */
function lateTexts({ lateConnections: { requests, closed } }: ShutdownReport): string[] {
  if (closed === 0) return [];
  return [`${requests} requests on open connections after the listener, ${closed} of those closed idle`];
}

/** Only where there were any. Names the hook that took longest, because a slow stop is usually explained by it. */
function nestHooksText({ nestHooks }: ShutdownReport): string {
  const [longest] = nestHooks.toSorted((a, b) => b.durationMs - a.durationMs);
  if (longest === undefined) return '';
  const done = nestHooks.filter(({ result }) => result === 'done').length;
  const unfinished = nestHooks.filter(({ result }) => result === 'unfinished').map(({ name }) => `${name} unfinished`);
  const took = `, ${done} of ${nestHooks.length} of Nest done, the longest ${longest.name} in ${formatDuration(longest.durationMs)}`;
  return unfinished.length === 0 ? took : `${took} (${firstNames(unfinished, (text) => text).join(', ')})`;
}

/** Only where there were any. */
function socketsTexts({ webSockets, upgradedSockets }: ShutdownReport): string[] {
  const kinds = [
    { kind: 'WebSockets', ...webSockets },
    { kind: 'upgraded sockets', ...upgradedSockets },
  ];
  return kinds
    .filter(({ closed, terminated }) => closed + terminated > 0)
    .map(({ kind, closed, terminated }) => `${closed} ${kind} closed, ${terminated} terminated`);
}

function troubles({ hooks, errors, requests, leftBehind }: ShutdownReport): string {
  const lines = [
    ...hooks
      .filter(({ result }) => result !== 'done')
      .map(({ name, result, error }) => `${name} ${result}${error === undefined ? '' : ` (${error})`}`),
    ...firstNames(
      errors,
      ({ origin, message }) => `${origin}: ${message}`,
      (count) => `and ${count} more errors`,
    ),
    ...firstNames(
      requests.interrupted,
      (item) => `interrupted ${titleOf(item)} after ${formatDuration(item.ageMs)}`,
      (count) => `and ${count} more interrupted`,
    ),
    ...firstNames(
      requests.exemptCut,
      (item) => `exempt ${titleOf(item)} cut after ${formatDuration(item.ageMs)}`,
      (count) => `and ${count} more exempt`,
    ),
    ...firstNames(
      leftBehind,
      (name) => `left behind ${name}`,
      (count) => `and ${count} more left behind`,
    ),
  ];
  return lines.length === 0 ? '' : ` [${lines.join('; ')}]`;
}
