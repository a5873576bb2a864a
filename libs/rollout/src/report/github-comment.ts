import { grouped, seconds } from './headline.js';
import { fenced, inline } from './markdown.js';
import { messageHeadline, sentOf } from './message-rows.js';
import { type SavedFault, type SavedReport } from './saved-report.js';

/** Begins every such comment, so that the next one replaces it. */
export const COMMENT_MARKER = '<!-- nestjs-lifecycle-rehearsal -->';

/** GitHub takes 65,536 characters; a comment that is longer is refused as a whole. */
const MOST_CHARACTERS = 60_000;

/**
 * Markdown for a pull request: what the rehearsal found, and what changed since the base branch. Without `base`, what there is.
 */
export function githubComment(
  run: SavedReport,
  { base, command }: { readonly base?: SavedReport | undefined; readonly command?: string | undefined } = {},
): string {
  const before = new Map(base?.faults.map((fault) => [fault.code, fault]));
  const now = new Set(run.faults.map(({ code }) => code));
  const isNew = ({ code }: SavedFault): boolean => base !== undefined && !before.has(code);
  const fresh = run.faults.filter(isNew);
  const others = run.faults.filter((fault) => !isNew(fault));
  const gone = base?.faults.filter(({ code }) => !now.has(code)) ?? [];
  const parts = [
    COMMENT_MARKER,
    `### ${signOf(run)} Rehearsal of a rolling update: ${headlineOf(run)}`,
    table(run, base),
    titled('New with this change', fresh.map(faultText)),
    titled(
      'No longer found',
      gone.map(({ code, title }) => `- ${inline(title)} (${inline(code)})`),
    ),
    base !== undefined && fresh.length === 0 && gone.length === 0 ? `Nothing changed against ${nameOf(base)}.` : '',
    base === undefined ? titled('Found', others.map(faultText)) : folded(others, before),
    command === undefined ? '' : `<details><summary>Play it again</summary>\n\n${fenced(command)}\n\n</details>`,
  ];
  return bounded(parts.filter((part) => part !== '').join('\n\n'));
}

function signOf({ isClean, passes }: SavedReport): string {
  if (isClean) return ':white_check_mark:';
  return passes ? ':warning:' : ':x:';
}

function headlineOf({ requests, faults, isClean, update, messages }: SavedReport): string {
  const told = messages && messageHeadline(messages);
  if (told !== undefined) return told;
  if (isClean && messages !== undefined && requests.sent === 0) return `nothing lost in ${sentOf(messages)}`;
  const sent = `${grouped(requests.sent)} requests`;
  if (requests.lost > 0) return `${grouped(requests.lost)} of ${sent} lost`;
  if (isClean) return `nothing lost in ${sent}`;
  if (update !== 'complete') return `nothing lost, but the update ended: ${update.replaceAll('-', ' ')}`;
  return `nothing lost, ${faults.length} found`;
}

function table(run: SavedReport, base: SavedReport | undefined): string {
  const columns = [run, ...(base === undefined ? [] : [base])];
  const row = (name: string, value: (report: SavedReport) => string): string =>
    `| ${[name, ...columns.map((report) => value(report))].join(' | ')} |`;
  return [
    `| | ${[base === undefined ? '' : 'this change', ...(base === undefined ? [] : [nameOf(base)])].join(' | ')} |`,
    `| --- |${' --- |'.repeat(columns.length)}`,
    row('Lost', ({ requests }) => `${grouped(requests.lost)} of ${grouped(requests.sent)}`),
    ...(run.messages === undefined ? [] : [row('Messages or jobs', ({ messages }) => messagesOf(messages))]),
    row('Lost in the rollout', ({ during }) => `${grouped(during.lost)} of ${grouped(during.sent)}`),
    row('p50 / p99 in the rollout', ({ during: { latency } }) => `${seconds(latency.p50)} / ${seconds(latency.p99)}`),
    row('Update', ({ update }) => update.replaceAll('-', ' ')),
    row('Seed', ({ seed }) => String(seed)),
  ].join('\n');
}

function messagesOf(messages: SavedReport['messages']): string {
  if (messages === undefined) return '–';
  return messageHeadline(messages) ?? `${sentOf(messages)}, none lost`;
}

function nameOf({ name }: SavedReport): string {
  return inline(name ?? 'the base');
}

function titled(title: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : [`**${title}**`, ...texts].join('\n\n');
}

function faultText({ code, severity, title, evidence, remedy, lost }: SavedFault): string {
  const sign = severity === 'error' ? ':red_circle:' : ':warning:';
  const cost = lost > 0 ? `, ${grouped(lost)} lost` : '';
  return [`${sign} ${inline(title)} (${inline(code)}${cost})`, inline(evidence), fenced(remedy)].join('\n\n');
}

/** What was there before is not what a review is about. */
function folded(faults: readonly SavedFault[], before: ReadonlyMap<string, SavedFault>): string {
  if (faults.length === 0) return '';
  const rows = faults.map(({ code, title, lost }) => {
    return `| ${inline(title)} (${inline(code)}) | ${grouped(lost)} | ${grouped(before.get(code)?.lost ?? 0)} |`;
  });
  return [
    `<details><summary>${faults.length} found before, too</summary>`,
    '',
    '| | lost | lost before |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '</details>',
  ].join('\n');
}

function bounded(text: string): string {
  return text.length <= MOST_CHARACTERS
    ? `${text}\n`
    : `${text.slice(0, MOST_CHARACTERS)}\n\n(The rest is left out: a comment has a limit. The other reports have it.)\n`;
}
