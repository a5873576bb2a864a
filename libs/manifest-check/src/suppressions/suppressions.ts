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

/** The column where the comment of a line may begin; `undefined` for a line without. */
export type CommentColumn = (line: number) => number | undefined;

/** Every comment `# nestjs-lifecycle-ignore <rule>: reason` of a file. */
export function findSuppressions(source: Source, columnOf: CommentColumn): readonly Suppression[] {
  const found: Suppression[] = [];
  for (let line = 1; line <= source.lineCount; line += 1) {
    const from = columnOf(line);
    const suppression = from === undefined ? undefined : readLine(source, line, from);
    if (suppression !== undefined) found.push(suppression);
  }
  return found;
}

/** Whether it is worth the while to look for such comments. */
export function mayBeSilenced({ text }: Source): boolean {
  return text.includes('nestjs-lifecycle-ignore');
}

function readLine(source: Source, line: number, from: number): Suppression | undefined {
  const text = source.lineText(line);
  const match = COMMENT.exec(text.slice(from - 1));
  if (match === null) return undefined;
  const [all, rule = '', reason = ''] = match;
  const at = from - 1 + match.index;
  const isAlone = text.slice(0, at).trim() === '';
  const column = at + (all.length - all.trimStart().length) + 1;
  return { rule, reason, line, column, target: isAlone ? lineBelow(source, line) : line };
}

/** Several such comments may stand above one line. */
function lineBelow(source: Source, line: number): number {
  let below = line + 1;
  while (below <= source.lineCount && /^\s*(?:#|\/\/|;)/.test(source.lineText(below))) below += 1;
  return below;
}
