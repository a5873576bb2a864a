import { shortened } from './wording.js';

/** Names of errors, and words by which programs begin the line that says what went wrong. */
const SAYS_ERROR =
  /^\s*(Uncaught\s)?\[?(\w*(Error|Exception)\b|E[A-Z]{3,}\b)|\b(error|fatal|panic|exception|failed|cannot)\b/i;

/** What stands around the error in Node's own output: the place in the source, frames, fields of the error, the version. */
const AROUND = /^\s*(at\s|Node\.js v|\[?cause\]?:|\w+: ['"\d])|^\S+:\d+$|^\P{L}*$/u;

/** Points at the line before it. */
const CARET = /^\s*\^+\s*$/;

/** The longest line that is quoted. */
const LONGEST = 160;

/** The line that says what went wrong: the first that names an error, or else the first with words in it. */
export function errorLineOf(lines: readonly string[]): string | undefined {
  const said = lines.filter((line, index) => !AROUND.test(line) && !CARET.test(lines[index + 1] ?? ''));
  const line = said.find((candidate) => SAYS_ERROR.test(candidate)) ?? said[0];
  return line === undefined ? undefined : shortened(line.trim(), LONGEST);
}

/** Of the lines that a process printed those that may say what went wrong: those on standard error, or else the last ones of all. */
export function linesOfErrors(
  printed: readonly { readonly stream: 'stdout' | 'stderr'; readonly line: string }[],
  mostOfOthers = printed.length,
): string[] {
  const stderr = printed.filter(({ stream }) => stream === 'stderr');
  return (stderr.length > 0 ? stderr : printed.slice(-mostOfOthers)).map(({ line }) => line);
}
