/** Without what could move a terminal's cursor or change its colours; line ends and tabs stay. */
export function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what it is about
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\u{fffd}');
}

/** On one line, and visible. */
export function singleLine(text: string, isIndentKept = false): string {
  const line = visible(text.replaceAll(/\r?\n|\t/g, ' '));
  return isIndentKept ? line : line.trim();
}
