import { type Finding } from './finding.js';
import { type TextFile } from '../source/source.js';
import { type TextEdit } from '../edits/text-edit.js';

/** A file after its fixes. */
export interface FixedFile extends TextFile {
  /** Those whose fix is in it now. Others may be possible in a second run: they touch the same place. */
  readonly applied: readonly Finding[];
}

/**
 * Applies the safe fixes of the findings that are in one file; `unsafe` applies all. Comments, order and everything
 * else stay as they are. A fix is applied as a whole or not at all.
 *
 * @throws RangeError when the findings are of another text of the file
 */
export function applyFixes(file: TextFile, findings: readonly Finding[], { unsafe = false } = {}): FixedFile {
  const taken: TextEdit[] = [];
  const applied: Finding[] = [];
  for (const [finding, fix] of findings.flatMap(fixesOf)) {
    if (fix === undefined || (!fix.isSafe && !unsafe) || fix.edits.length === 0) continue;
    const isOfThisFile = fix.edits.every((edit) => edit.file === file.path);
    if (!isOfThisFile || fix.edits.some((edit) => taken.some((other) => isTouching(edit, other)))) continue;
    refuseOutside(file, fix.edits);
    taken.push(...fix.edits);
    applied.push(finding);
  }
  const text = taken
    .toSorted((one, other) => other.start - one.start)
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), file.text);
  return { path: file.path, text, applied };
}

/** Each place has a fix of its own. */
function fixesOf(finding: Finding): readonly (readonly [Finding, Finding['fix']])[] {
  return [finding, ...(finding.also ?? [])].map(({ fix }) => [finding, fix] as const);
}

function refuseOutside({ path, text }: TextFile, edits: readonly TextEdit[]): void {
  if (edits.every(({ start, end }) => 0 <= start && start <= end && end <= text.length)) return;
  throw new RangeError(
    `a fix lies outside of ${path}, so it was found in another text: check the text again, and pass those findings`,
  );
}

function isTouching(one: TextEdit, other: TextEdit): boolean {
  return one.start <= other.end && other.start <= one.end;
}
