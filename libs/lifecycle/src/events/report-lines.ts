import { formatDuration } from '../deadline/duration.js';
import { type Line, type Lines } from './line.js';
import { firstItems, firstNames } from './line-limits.js';
import { titleOf } from './title.js';
import { type ShutdownReport } from '../report/shutdown-report.js';

/**
 * The lines that say how a shutdown went, with the report as their fields. Of what was cut, left behind or failed they have
 * the first pieces and the totals: a line may be the last before SIGKILL, and must not be too long to be written. The first
 * is written before hooks close logs, because a file logger that they end does not get the last one.
 */
export const REPORT_LINES: Pick<Lines, 'shutdown-ending' | 'shutdown-ended'> = {
  'shutdown-ending': ({ report }) => {
    const text = `before logs are closed: ${summarise(report, 'so far')}; still to come: hooks that close logs, and what follows them`;
    return { level: levelOf(report), text, fields: shortened(report) };
  },
  'shutdown-ended': ({ report }) => ({ level: levelOf(report), text: summarise(report), fields: shortened(report) }),
};

function levelOf({ outcome }: ShutdownReport): Line['level'] {
  if (outcome === 'clean') return 'log';
  return outcome === 'unverified' ? 'warn' : 'error';
}

function shortened(report: ShutdownReport): Line['fields'] {
  const { requests, errors, leftBehind } = report;
  return {
    report: {
      ...report,
      requests: {
        ...requests,
        interrupted: firstItems(requests.interrupted),
        exemptCut: firstItems(requests.exemptCut),
      },
      nestHooks: firstItems(report.nestHooks),
      // The stack of one that was not caught is in its own line.
      errors: firstItems(errors.map(({ origin, message }) => ({ origin, message }))),
      leftBehind: firstItems(leftBehind),
    },
    totals: {
      interrupted: requests.interrupted.length,
      exemptCut: requests.exemptCut.length,
      errors: errors.length,
      leftBehind: leftBehind.length,
    },
  };
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

function troubles({ hooks, errors, requests, leftBehind, openHandles }: ShutdownReport): string {
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
    ...firstNames(
      openHandles,
      ({ kind, count, origins = [] }) =>
        `open ${kind} ${count}${origins.length === 0 ? '' : ` (${origins.map(({ name }) => name).join(', ')})`}`,
      (count) => `and ${count} more kinds of handles`,
    ),
  ];
  return lines.length === 0 ? '' : ` [${lines.join('; ')}]`;
}
