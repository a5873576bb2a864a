import { type CheckResult } from '../check-files.js';
import { type Finding } from '../findings/finding.js';

/** For people: each finding with its place, its reason and its remedy, and a last line that counts. */
export function formatText(result: CheckResult): string {
  const unusable = result.unusable.map(
    ({ file, line, column, problem, remedy }) =>
      `${clean(file)}:${line}:${column}: unusable: ${clean(problem)}\n  do: ${clean(remedy)}\n`,
  );
  return [...unusable, ...result.findings.map(toText), summary(result)].join('\n');
}

function toText({ file, line, column, severity, rule, subject, message, why, remedy, template, fix }: Finding): string {
  const from = template === undefined ? '' : ` (from ${template})`;
  const lines = [
    `${file}:${line}:${column}: ${severity}: ${subject}: ${message} [${rule}]${from}`,
    `  why: ${why}`,
    `  do: ${indented(remedy)}${fix?.isSafe === true ? '\n  --fix does this' : ''}`,
  ];
  return `${lines.map(clean).join('\n')}\n`;
}

function indented(text: string): string {
  return text.split('\n').join('\n      ');
}

/** What was counted: findings by severity, what comments silence, what could not be read. */
function summary({ findings, suppressed, unusable, checked }: CheckResult): string {
  const of = (severity: Finding['severity']): number => findings.filter((one) => one.severity === severity).length;
  const counts = [
    counted(of('error'), 'error'),
    counted(of('warning'), 'warning'),
    counted(of('note'), 'note'),
    ...(suppressed.length > 0 ? [`${suppressed.length} silenced`] : []),
    ...(unusable.length > 0 ? [`${counted(unusable.length, 'file')} unusable`] : []),
  ];
  const scope = `${counted(checked.files, 'file')}, ${counted(checked.workloads, 'workload')}`;
  const others = checked.platforms > 0 ? `, ${checked.platforms} of other platforms` : '';
  return `${counts.join(', ')} in ${scope}${others}\n`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Names and values come from files of others, and a terminal obeys what it is sent. */
function clean(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replace(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g, '\uFFFD');
}
