/** How many lines are shown around a change. */
const AROUND = 2;

/** Two texts of which the second has lines more, side by side: only where they differ, with what stands around that. */
export function shownDiff(path: string, before: string, after: string): string[] {
  const lines = compared(before.split(/\r?\n/), after.split(/\r?\n/));
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ mark }) => mark !== ' ');
  const shown: string[] = [path];
  let wasShown = true;
  for (const [index, { mark, text }] of lines.entries()) {
    const isShown = isNear(index);
    if (isShown && !wasShown) shown.push('  …');
    if (isShown) shown.push(`${mark} ${text}`);
    wasShown = isShown;
  }
  return shown;
}

interface Line {
  readonly mark: ' ' | '+' | '-';
  readonly text: string;
}

/** Lines are only added, or changed in place: a line that does not come again is one that was changed. */
function compared(before: readonly string[], after: readonly string[]): Line[] {
  const lines: Line[] = [];
  let next = 0;
  for (const text of after) {
    if (before[next] === text) {
      lines.push({ mark: ' ', text });
      next += 1;
    } else if (after.includes(before[next] ?? '') || next >= before.length) {
      lines.push({ mark: '+', text });
    } else {
      lines.push({ mark: '-', text: before[next] ?? '' }, { mark: '+', text });
      next += 1;
    }
  }
  return lines;
}
