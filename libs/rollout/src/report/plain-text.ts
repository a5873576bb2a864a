import { linesOf } from 'nestjs-lifecycle-shared';

/**
 * Without what could move a terminal's cursor, change its colours or turn the direction of what follows, and with no line
 * that a CI runner obeys; line ends stay.
 */
export function visible(text: string): string {
  return linesOf(text);
}

/** On one line, and visible. */
export function singleLine(text: string, isIndentKept = false): string {
  const line = visible(text.replaceAll(/\r?\n|\t/g, ' '));
  return isIndentKept ? line : line.trim();
}
