import { linesOf, oneLineOf } from 'nestjs-lifecycle-shared';
import { type CheckResult } from '../check-files.js';
import { type Finding } from '../findings/finding.js';
import { type Severity } from '../findings/severity.js';
import { oneMessageAField } from './one-message.js';

/**
 * Annotations of GitHub Actions, one line each, and one for a field. What has to be escaped is in the toolkit's `command.ts`:
 * https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function formatGithub({ findings, notJudged, unusable }: CheckResult): string {
  const lines = [
    ...unusable.map(({ file, line, column, problem, remedy }) =>
      annotation(
        'error',
        { file, line, column, title: 'unusable input' },
        `${oneLineOf(problem)} ${oneLineOf(remedy)}`,
      ),
    ),
    ...oneMessageAField(findings).map(({ first, all }) => {
      const title = all.map(({ rule }) => rule).join(' ');
      return annotation(first.severity, { ...first, title }, all.map(textOf).join('\n\n'));
    }),
  ];
  const open = notJudged.map((gap) =>
    annotation('note', { ...gap, title: 'not judged' }, oneLineOf(`${gap.subject}: ${gap.message}. ${gap.remedy}`)),
  );
  return [...lines, ...open].map((line) => `${line}\n`).join('');
}

function textOf({ subject, message, why, remedy, also = [] }: Finding): string {
  const others = also.map(({ file, line }) => `\nalso: ${oneLineOf(`${file}:${line}`)}`).join('');
  return `${oneLineOf(`${subject}: ${message}`)}.\n${oneLineOf(why)}\n${linesOf(remedy)}${others}`;
}

interface Properties {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly title: string;
}

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

function annotation(severity: Severity, { file, line, column, title }: Properties, message: string): string {
  const properties = `file=${escapeProperty(oneLineOf(file))},line=${line},col=${column},title=${escapeProperty(title)}`;
  return `::${COMMANDS[severity]} ${properties}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
