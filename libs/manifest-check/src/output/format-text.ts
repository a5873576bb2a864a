import { linesOf, oneLineOf } from 'nestjs-lifecycle-shared';
import { type CheckResult, type NotJudged } from '../check-files.js';
import { type Finding, type OtherPlace } from '../findings/finding.js';

/** What is known of the files besides what was found in them. */
export interface TextOptions {
  /** Whether a fix can be written to where a finding is. Default: unless its name says that it is no file: `<stdin>`. */
  readonly isFile?: ((path: string) => boolean) | undefined;
}

/** For people: each finding with its place, its reason and its remedy, and a last line that counts. */
export function formatText(
  result: CheckResult,
  { isFile = (path) => !path.startsWith('<') }: TextOptions = {},
): string {
  const unusable = result.unusable.map(
    ({ file, line, column, problem, remedy }) =>
      `${oneLineOf(file)}:${line}:${column}: unusable: ${oneLineOf(problem)}\n  do: ${oneLineOf(remedy)}\n`,
  );
  return [
    ...unusable,
    ...result.findings.map((finding) => toText(finding, isFile(finding.file))),
    ...result.notJudged.map(gapToText),
    summary(result),
  ].join('\n');
}

function toText(finding: Finding, isFile: boolean): string {
  const { file, line, column, severity, rule, subject, message, why, remedy, template, fix, also = [] } = finding;
  const from = template === undefined ? '' : ` (from ${template})`;
  const lines = [
    oneLineOf(`${file}:${line}:${column}: ${severity}: ${subject}: ${message} [${rule}]${from}`),
    ...(also.length === 0 ? [] : [`  also: ${also.map(placeInWords).join(', ')}`]),
    `  why: ${oneLineOf(why)}`,
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
