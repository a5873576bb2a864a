import { formatDuration } from '../deadline/duration.js';
import { type EventLog } from '../events/event-log.js';
import { titleOf } from '../in-flight/in-flight-work.js';
import { type ShutdownReport } from './shutdown-report.js';

/** How many names the line shows; its fields have them all. */
const MOST_NAMES = 5;

/** Writes the one line that says how it went, with the whole report as its fields. */
export function logReport(log: EventLog, report: ShutdownReport): void {
  const text = summarise(report);
  if (report.outcome === 'clean') log.log(text, { event: 'shutdown-ended', report });
  else log.error(text, { event: 'shutdown-ended', report });
}

/** The report as one sentence. */
export function summarise(report: ShutdownReport): string {
  const { outcome, reason, durationMs, budgetMs, late, requests, webSockets, hooks, phases, exitCode } = report;
  const spent = phases
    .filter(({ phase }) => phase !== 'starting' && phase !== 'ready')
    .map(({ phase, durationMs: ms }) => `${phase} ${formatDuration(ms)}`);
  const done = hooks.filter(({ result }) => result === 'done').length;
  const parts = [
    `stopped ${outcome} after ${formatDuration(durationMs)}${late ? `, later than its budget of ${formatDuration(budgetMs)}` : ''}`,
    `reason ${reason}`,
    spent.join(', '),
    `${requests.inFlightAtStart} in flight at the start, ${requests.drained} drained, ${requests.refused} refused, ${requests.interrupted.length} interrupted`,
    webSocketsText(webSockets),
    `${done} of ${hooks.length} hooks done${troubles(report)}`,
    `exit code ${exitCode}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function webSocketsText({ closed, terminated }: ShutdownReport['webSockets']): string {
  return closed + terminated === 0 ? '' : `${closed} WebSockets closed, ${terminated} terminated`;
}

function troubles({ hooks, errors, requests, leftBehind }: ShutdownReport): string {
  const lines = [
    ...hooks
      .filter(({ result }) => result !== 'done')
      .map(({ name, result, error }) => `${name} ${result}${error === undefined ? '' : ` (${error})`}`),
    ...errors.map(({ origin, message }) => `${origin}: ${message}`),
    ...requests.interrupted
      .slice(0, MOST_NAMES)
      .map((item) => `interrupted ${titleOf(item)} after ${formatDuration(item.ageMs)}`),
    ...(requests.interrupted.length > MOST_NAMES
      ? [`and ${requests.interrupted.length - MOST_NAMES} more interrupted`]
      : []),
    ...leftBehind.map((name) => `left behind ${name}`),
  ];
  return lines.length === 0 ? '' : ` [${lines.join('; ')}]`;
}
