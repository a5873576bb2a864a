import { linesOf, oneLineOf } from 'nestjs-lifecycle-shared';
import { type CheckResult, type NotJudged } from '../check-files.js';
import { RULES } from '../rules/registry.js';
import { type Finding, type OtherPlace } from '../findings/finding.js';

/** What is known of the files besides what was found in them. */
export interface TextOptions {
  /** Whether a fix can be written to where a finding is. Default: unless its name says that it is no file: `<stdin>`. */
  readonly isFile?: ((path: string) => boolean) | undefined;
  /** The address below which each rule has its page, `<id>.md`. Default: no links to pages. */
  readonly pages?: string | undefined;
}

/**
 * For people: each finding with its place, its reason and its remedy, and a last line that counts. What loses requests comes first,
 * the findings of a rule stand together, and a reason is said once.
 */
export function formatText(
  result: CheckResult,
  { isFile = (path) => !path.startsWith('<'), pages }: TextOptions = {},
): string {
  const unusable = result.unusable.map(
    ({ file, line, column, problem, remedy }) =>
      `${oneLineOf(file)}:${line}:${column}: unusable: ${oneLineOf(problem)}\n  do: ${oneLineOf(remedy)}\n`,
  );
  return [
    ...unusable,
    ...inGroups(result.findings).map((finding, index, all) =>
      toText(finding, { isFile: isFile(finding.file), page: pageOf(finding, pages), isSaid: isSaidBefore(index, all) }),
    ),
    ...result.notJudged.map(gapToText),
    summary(result),
  ].join('\n');
}

/** Errors before warnings before notes, and of each the rules in their order: what stops the drain, what routes to it, the rest. */
function inGroups(findings: readonly Finding[]): readonly Finding[] {
  const rank = new Map(RULES.map(({ id }, index) => [id, index] as const));
  const group = ({ severity, rule }: Finding): number =>
    SEVERITIES.indexOf(severity) * RULES.length + (rank.get(rule) ?? 0);
  return findings.toSorted((one, other) => group(one) - group(other));
}

const SEVERITIES: readonly Finding['severity'][] = ['error', 'warning', 'note'];

/** Findings of a rule stand together, so that only those right before have to be looked at. */
function isSaidBefore(index: number, all: readonly Finding[]): boolean {
  const finding = all[index];
  for (let at = index - 1; at >= 0 && all[at]?.rule === finding?.rule; at -= 1) {
    if (all[at]?.why === finding?.why) return true;
  }
  return false;
}

function pageOf({ rule }: Finding, pages: string | undefined): string | undefined {
  return pages === undefined ? undefined : `${pages.replace(/\/+$/, '')}/${rule}.md`;
}

interface Said {
  readonly isFile: boolean;
  readonly page: string | undefined;
  readonly isSaid: boolean;
}

function toText(finding: Finding, { isFile, page, isSaid }: Said): string {
  const { file, line, column, severity, rule, subject, message, why, remedy, template, fix, also = [] } = finding;
  const from = template === undefined ? '' : ` (from ${template})`;
  const lines = [
    oneLineOf(`${file}:${line}:${column}: ${severity}: ${subject}: ${message} [${rule}]${from}`),
    ...(also.length === 0 ? [] : [`  also: ${also.map(placeInWords).join(', ')}`]),
    ...(isSaid ? [] : [`  why: ${oneLineOf(why)}`, ...(page === undefined ? [] : [`  page: ${oneLineOf(page)}`])]),
    `  do: ${indented(remedy)}${isFile && fix?.isSafe === true ? '\n  --fix does this' : ''}`,
  ];
  return `${lines.join('\n')}\n`;
}

function gapToText({ file, line, column, subject, message, remedy, also = [] }: NotJudged): string {
  const others = also.length === 0 ? '' : `\n  also: ${also.map(placeInWords).join(', ')}`;
  return `${oneLineOf(`${file}:${line}:${column}: not judged: ${subject}: ${message}`)}${others}\n  do: ${indented(remedy)}\n`;
}

function placeInWords({ file, line, column }: OtherPlace): string {
  return oneLineOf(`${file}:${line}:${column}`);
}

/** Only remedies have lines of their own. What stands in them is indented, so that none can pass for a line of ours. */
function indented(text: string): string {
  return linesOf(text).split('\n').join('\n      ');
}

/** What was counted: findings by severity, what comments silence, what could not be read. */
function summary({ findings, suppressed, notJudged, unusable, checked }: CheckResult): string {
  const of = (severity: Finding['severity']): number => findings.filter((one) => one.severity === severity).length;
  const counts = [
    counted(of('error'), 'error'),
    counted(of('warning'), 'warning'),
    counted(of('note'), 'note'),
    ...(suppressed.length > 0 ? [`${suppressed.length} silenced`] : []),
  ];
  const scope = `${counted(checked.files, 'file')}, ${counted(checked.workloads, 'workload')}`;
  const others = checked.platforms > 0 ? `, ${checked.platforms} of other platforms` : '';
  const open = notJudged.length > 0 ? `; ${notJudged.length} not judged` : '';
  const left = unusable.length > 0 ? `; ${unusable.length} unusable` : '';
  return `${counts.join(', ')} in ${scope}${others}${open}${left}\n`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
