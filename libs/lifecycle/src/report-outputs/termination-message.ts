import { escapeText, shorten } from '../errors/safe-text.js';
import { type InFlightItem } from '../report/in-flight-item.js';
import { type HookReport, type OpenHandleReport, type ShutdownReport } from '../report/shutdown-report.js';

/** What the kubelet reads of a termination message, in bytes. */
export const MOST_BYTES = 4096;
/** Names and messages of one line are cut here, so that one of them leaves room for the others. */
const MOST_CHARACTERS = 300;
/** How many lines of one kind there are. */
const MOST_LINES = 10;

const MOST_ORIGINS = 3;

const REST = '…';

/**
 * How a shutdown ended, for a reader who did not write the service: what happened in the first line, then what was lost, what failed
 * and what took its time, the most important first. At most {@link MOST_BYTES} of UTF-8.
 */
export function terminationMessage(report: ShutdownReport): string {
  const lines = [
    headline(report),
    ...interruptedLines(report),
    ...hookLines(report),
    ...report.errors.map(({ origin, message }) => `failed: ${origin}: ${message}`).slice(0, MOST_LINES),
    ...nestHookLines(report),
    ...resourceLines(report),
    ...leftBehindLines(report),
    ...blockLines(report),
    ...skippedLines(report),
    ...smallerLines(report),
    ...openHandlesLine(report),
    timesLine(report),
  ];
  return cutToBytes(
    lines.map((line) => shorten(escapeText(withoutPasswords(line)), MOST_CHARACTERS)).join('\n'),
    MOST_BYTES,
  );
}

/** Errors of clients quote the URLs that they connect to, and more people read the status of a pod than its log. */
function withoutPasswords(line: string): string {
  return line.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@');
}

/** The beginning of a text that takes no more than `most` bytes of UTF-8, cut between two characters. */
export function cutToBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let bytes = Buffer.byteLength(REST);
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    end += character.length;
  }
  return text.slice(0, end) + REST;
}

function headline(report: ShutdownReport): string {
  return `${verdict(report)}. Exit code ${report.exitCode}.`;
}

function verdict(report: ShutdownReport): string {
  const { outcome, requests, durationMs, reason } = report;
  const when = `${seconds(durationMs)} after ${reason === '' ? 'it began to stop' : reason}`;
  switch (outcome) {
    case 'clean':
      return `Stopped in order, ${when}`;
    case 'unverified':
      return `Stopped in order as far as can be seen, ${when}`;
    case 'interrupted':
      return `Stopped ${when}, and cut ${pieces(requests.interrupted.length)} that had not finished`;
    case 'failed':
      return `Stopped ${when}, and something failed on the way`;
    case 'forced':
      return `Ended ${when}, before it had finished: ${forcedBy(report)}`;
  }
}

function forcedBy({ endedEarly, budgetMs, late, errors }: ShutdownReport): string {
  const early = endedEarly.find(({ what }) => what === 'process');
  if (early !== undefined) return `it was ended by ${early.by}`;
  if (late) return `its time of ${seconds(budgetMs)} was used up`;
  return errors.length > 0 ? 'an error was not caught' : 'the process exited';
}

function pieces(count: number): string {
  return count === 1 ? '1 piece of work' : `${count} pieces of work`;
}

/** The same name once, with the age of the oldest. */
function interruptedLines({ requests: { interrupted } }: ShutdownReport): string[] {
  return grouped(interrupted).map((line) => `interrupted: ${line}`);
}

function grouped(items: readonly InFlightItem[]): string[] {
  const groups = new Map<string, { oldestMs: number; count: number }>();
  for (const { name, ageMs } of items) {
    const { oldestMs, count } = groups.get(name) ?? { oldestMs: 0, count: 0 };
    groups.set(name, { oldestMs: Math.max(oldestMs, ageMs), count: count + 1 });
  }
  const lines = [...groups]
    .toSorted(([, a], [, b]) => b.oldestMs - a.oldestMs)
    .map(([name, { oldestMs, count }]) =>
      count === 1 ? `${name} ${seconds(oldestMs)}` : `${name} ${seconds(oldestMs)}, and ${count - 1} more of it`,
    );
  return first(lines, (count) => `${count} other kinds of work`);
}

const HOOK_WORDS: Readonly<Record<HookReport['result'], string>> = {
  done: 'done',
  failed: 'failed',
  'timed-out': 'took too long',
  unfinished: 'did not end',
  skipped: 'was never called',
};

function hookLines({ hooks }: ShutdownReport): string[] {
  const lines = hooks
    .filter(({ result }) => result !== 'done' && result !== 'skipped')
    .map(({ name, result, durationMs, error }) => {
      const why = result === 'failed' && error !== undefined ? `: ${error}` : '';
      return `${HOOK_WORDS[result]}: hook ${name} ${seconds(durationMs)}${why}`;
    });
  return first(lines, (count) => `${count} more hooks did not end well`);
}

function nestHookLines({ nestHooks, errors }: ShutdownReport): string[] {
  const isTold = (name: string): boolean => errors.some(({ origin }) => origin === name);
  const lines = nestHooks
    .filter(({ name, result }) => result !== 'done' && !isTold(name))
    .map(({ name, result, durationMs }) => `${HOOK_WORDS[result]}: ${name} ${seconds(durationMs)}`);
  return first(lines, (count) => `${count} more hooks of Nest did not end well`);
}

function resourceLines({ resources }: ShutdownReport): string[] {
  const lines = resources
    .filter(({ result }) => result === 'failed' || result === 'forced')
    .map(({ name, result, error }) =>
      result === 'forced'
        ? `did not close in time: ${name}`
        : `failed to close: ${name}: ${error ?? 'no reason given'}`,
    );
  return first(lines, (count) => `${count} more clients did not close`);
}

/** What is named above is not named again. */
function leftBehindLines({ leftBehind, requests, hooks, nestHooks }: ShutdownReport): string[] {
  const told = [...requests.interrupted, ...hooks, ...nestHooks].map(({ name }) => name);
  const lines = leftBehind
    .filter((name) => !told.some((known) => name.includes(known)))
    .map((name) => `still going on: ${name}`);
  return first(lines, (count) => `${count} more still going on`);
}

function skippedLines({ hooks }: ShutdownReport): string[] {
  const names = hooks.filter(({ result }) => result === 'skipped').map(({ name }) => name);
  return names.length === 0 ? [] : [`${HOOK_WORDS.skipped}: ${first(names, (count) => `${count} more`).join(', ')}`];
}

/** What leaves the outcome alone, or explains it. */
function smallerLines({ requests, unseen, turns, lostOutput, signalDelayMs }: ShutdownReport): string[] {
  return [
    ...grouped(requests.exemptCut).map((line) => `cut, and not waited for: ${line}`),
    ...unseen.map((sentence) => `not seen: ${sentence}`),
    ...turns
      .filter(({ result }) => result !== 'taken')
      .map(({ group, waitedMs }) => `stopped without its turn in ${group}, after ${seconds(waitedMs)}`),
    ...lostOutput.map(({ stream, code }) => `log lines on ${stream} were lost: ${code}`),
    ...(signalDelayMs === 0 ? [] : [`the signal waited ${seconds(signalDelayMs)} for a blocked event loop`]),
  ];
}

function openHandlesLine({ openHandles }: ShutdownReport): string[] {
  if (openHandles.length === 0) return [];
  const kinds = openHandles.map(({ kind, count, origins }) => `${kind} ${count}${originsText(origins)}`);
  return [`still open in the process: ${first(kinds, (count) => `${count} more kinds`).join(', ')}`];
}

/** With fewer origins than the report has: the others are there. */
function originsText(origins: OpenHandleReport['origins'] = []): string {
  const names = origins.slice(0, MOST_ORIGINS).map(({ name, count }) => (count === 1 ? name : `${count} × ${name}`));
  const more = origins.length > MOST_ORIGINS ? ', …' : '';
  return names.length === 0 ? '' : ` (${names.join(', ')}${more})`;
}

function blockLines({ eventLoop: { blocks } }: ShutdownReport): string[] {
  return blocks
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, MOST_LINES)
    .map(({ durationMs, during, stack = [] }) => {
      const hooks = during.length === 0 ? '' : `, during ${during.join(', ')}`;
      const where = stack.length === 0 ? '' : `: at ${stack.slice(0, 3).join(' < ')}`;
      return `blocked: nothing else could run for ${seconds(durationMs)}${hooks}${where}`;
    });
}

function timesLine({ phases, durationMs: allMs, budgetMs, requests }: ShutdownReport): string {
  const spent = phases
    .filter(({ phase, durationMs }) => !['starting', 'ready', 'stopped'].includes(phase) && durationMs > 0)
    .map(({ phase, durationMs }) => `${phase} ${seconds(durationMs)}`);
  const { inFlightAtStart, drained, refused } = requests;
  const work = `in flight at the start ${inFlightAtStart}, ended by themselves ${drained}, refused ${refused}`;
  const times = spent.length === 0 ? seconds(allMs) : spent.join(', ');
  return `time: ${times} of ${seconds(budgetMs)}; ${work}`;
}

function first(lines: readonly string[], rest: (count: number) => string): string[] {
  if (lines.length <= MOST_LINES) return [...lines];
  return [...lines.slice(0, MOST_LINES), `and ${rest(lines.length - MOST_LINES)}`];
}

/** With a space, as people read it: `21.3 s`, `40 ms`. */
function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
