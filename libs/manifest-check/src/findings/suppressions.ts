import { type Source } from '../source/source.js';

/** A comment that silences a rule on its line, or on the next one that is no such comment. */
export interface Suppression {
  readonly rule: string;
  readonly reason: string;
  /** Where the comment is. */
  readonly line: number;
  readonly column: number;
  /** The line it is about. */
  readonly target: number;
}

const COMMENT = /(?:^|\s)(?:#|\/\/|;)\s*nestjs-lifecycle-ignore(?=[\s:]|$)[ \t]*([\w-]*)[ \t]*:?[ \t]*(.*?)\s*$/;

/** Every comment `# nestjs-lifecycle-ignore <rule>: reason` of a file. */
export function findSuppressions(source: Source): readonly Suppression[] {
  if (!source.text.includes('nestjs-lifecycle-ignore')) return [];
  const found: Suppression[] = [];
  for (let line = 1; line <= source.lineCount; line += 1) {
    const suppression = readLine(source, line);
    if (suppression !== undefined) found.push(suppression);
  }
  return found;
}

function readLine(source: Source, line: number): Suppression | undefined {
  const text = source.lineText(line);
  const match = COMMENT.exec(text);
  if (match === null) return undefined;
  const [, rule = '', reason = ''] = match;
  const isAlone = text.slice(0, match.index).trim() === '';
  const column = match.index + (match[0].length - match[0].trimStart().length) + 1;
  return { rule, reason, line, column, target: isAlone ? lineBelow(source, line) : line };
}

/** Several such comments may stand above one line. */
function lineBelow(source: Source, line: number): number {
  let below = line + 1;
  while (below <= source.lineCount && /^\s*(?:#|\/\/|;)/.test(source.lineText(below))) below += 1;
  return below;
}
