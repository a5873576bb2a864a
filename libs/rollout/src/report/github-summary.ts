import { type Fault, type Rehearsal, type Verdict } from '../verdict/verdict.js';
import { time } from '../verdict/wording.js';
import { chaosLines } from './chaos-lines.js';
import { nameOf, comparedFaults } from './comparison-lines.js';
import { costOf, figures, grouped, headline, outcomeOf } from './headline.js';
import { fenced, inline } from './markdown.js';
import { fateRows, TROUBLE_HEADS, troubleCells } from './message-rows.js';
import { callRows, causeOf, throughOf, titleOf, workloadRows } from './workload-rows.js';

/** A step summary may have 1 MiB; a table of more rows than this does not help. */
const MOST_ROWS = 50;

const SIGNS = { clean: ':white_check_mark:', accepted: ':warning:', failed: ':x:' } as const;

/** Markdown for `$GITHUB_STEP_SUMMARY`. */
export function githubSummary(
  run: Rehearsal,
  { against, command }: { readonly against?: Rehearsal | undefined; readonly command?: string | undefined } = {},
): string {
  const { verdict, events } = run;
  const parts = [
    `## ${SIGNS[outcomeOf(verdict)]} ${headline(verdict)}`,
    figureTable(run, against),
    against === undefined ? '' : faultTable(run, against),
    workloadTable(run),
    ...verdict.faults.map((fault) => faultText(fault)),
    chaosLines(events)
      .map((line) => `- chaos at ${inline(line)}`)
      .join('\n'),
    lossTable(verdict),
    messageTable(verdict),
    verdict.notes.map((note) => `> ${inline(note)}`).join('\n>\n'),
    command === undefined ? '' : `Play it again:\n\n${fenced(command)}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function faultText(fault: Fault): string {
  const { code, severity, evidence, remedy } = fault;
  const sign = severity === 'error' ? ':red_circle:' : ':warning:';
  return [`### ${sign} ${inline(titleOf(fault))} (${code}${costOf(fault)})`, inline(evidence), fenced(remedy)].join(
    '\n\n',
  );
}

function figureTable(run: Rehearsal, against: Rehearsal | undefined): string {
  const others = against === undefined ? [] : figures(against.verdict);
  const head = against === undefined ? ['| | |', '| --- | --- |'] : columnsOf(run, against);
  const rows = figures(run.verdict).map(({ name, value, isBad }, index) => {
    const cells = [name, bold(value, isBad)];
    const other = others[index];
    return `| ${[...cells, ...(other === undefined ? [] : [bold(other.value, other.isBad)])].join(' | ')} |`;
  });
  return [...head, ...rows].join('\n');
}

/** Which faults the one has, and which the other. */
function faultTable(run: Rehearsal, against: Rehearsal): string {
  const faults = comparedFaults(run, against);
  if (faults.length === 0) return '';
  const rows = faults.map(({ code, here, there }) => `| ${code} | ${here} | ${there} |`);
  return [...columnsOf(run, against), ...rows].join('\n');
}

/** What became of each workload, and of the calls between them. */
function workloadTable(run: Rehearsal): string {
  const rows = [
    ...workloadRows(run).map(({ name, act, requests, faults }) => [name, act, requests, faults]),
    ...callRows(run).map(({ way, lost, p99 }) => [way, '', lost, `p99 ${p99}`]),
  ];
  if (rows.length === 0) return '';
  return [
    '| workload | | lost | |',
    '| --- | --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.map((cell) => inline(cell)).join(' | ')} |`),
  ].join('\n');
}

function columnsOf(run: Rehearsal, against: Rehearsal): string[] {
  return [`| | ${inline(nameOf(run))} | against ${inline(nameOf(against))} |`, '| --- | --- | --- |'];
}

function bold(value: string, isBad: boolean): string {
  return isBad ? `**${value}**` : value;
}

function lossTable({ lost }: Verdict): string {
  if (lost.length === 0) return '';
  const rows = lost.slice(0, MOST_ROWS).map((loss) => {
    const { record, fate, pod, phase, sinceSignalMs } = loss;
    const since = sinceSignalMs === undefined ? '' : time(sinceSignalMs);
    const cells = [
      time(record.sentAt),
      record.kind,
      fate,
      pod ?? '',
      phase ?? '',
      since,
      causeOf(loss),
      (throughOf(loss) ?? record.detail ?? '').slice(0, 120),
    ];
    return `| ${cells.map((cell) => inline(cell)).join(' | ')} |`;
  });
  const rest = lost.length - MOST_ROWS;
  return [
    `<details><summary>${grouped(lost.length)} lost</summary>`,
    '',
    '| sent at | request | fate | pod | phase | after SIGTERM | cause | detail |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...(rest > 0 ? [`and ${grouped(rest)} more`, ''] : []),
    '</details>',
  ].join('\n');
}

/** What became of messages or jobs. */
function messageTable({ messages }: Verdict): string {
  if (messages === undefined || messages.sent === 0) return '';
  const fates = fateRows(messages).map(({ words, number, isBad }) => `| ${words} | ${bold(grouped(number), isBad)} |`);
  const counts = [`| ${messages.noun}s of ${inline(messages.queue)} | |`, '| --- | --- |', ...fates].join('\n');
  if (messages.troubled.length === 0) return counts;
  const rows = messages.troubled.slice(0, MOST_ROWS).map((trouble) => {
    return `| ${troubleCells(trouble)
      .map((cell) => inline(cell))
      .join(' | ')} |`;
  });
  const rest = messages.troubled.length - MOST_ROWS;
  return [
    counts,
    '',
    `<details><summary>${grouped(messages.troubled.length)} not handled exactly once</summary>`,
    '',
    `| ${TROUBLE_HEADS.join(' | ')} |`,
    `|${' --- |'.repeat(TROUBLE_HEADS.length)}`,
    ...rows,
    '',
    ...(rest > 0 ? [`and ${grouped(rest)} more`, ''] : []),
    '</details>',
  ].join('\n');
}
