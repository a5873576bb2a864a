/**
 * What moves a terminal's cursor or changes its colours (control characters, line breaks among them), what turns the
 * direction of the text after it, and what cannot be seen at all.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- these are what it is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

/**
 * A foreign text on one line, with every character in sight: line breaks as `\n`, the others as `\u202e`. A CI
 * runner takes no command from it, wherever it is printed.
 */
export function oneLineOf(text: string): string {
  return inert(text.replaceAll(UNSEEN, (character) => SHORT[character] ?? codeOf(character)));
}

/** The same for a text of several lines, whose own line breaks stay. */
export function linesOf(text: string): string {
  return text.split(/\r?\n/).map(oneLineOf).join('\n');
}

/**
 * The same text, where no line is a command to a CI runner. Runners look for `::` behind the blanks and colours that a
 * line begins with, and for `##[`, `##vso[` and `##teamcity[` anywhere in it:
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function inert(text: string): string {
  // eslint-disable-next-line no-control-regex -- a colour begins with one
  return text.replaceAll(/^((?:\s|\u001b\[[\d;]*m)*)::|##(?=\[|vso\[|teamcity\[)/gm, (found, before?: string) =>
    before === undefined ? found.replace('#', codeOf) : `${before}${codeOf(':')}:`,
  );
}

/** JSON in which no unseen character stands as itself, and no line is a command; it parses to the same values. */
export function inertJson(json: string): string {
  return inert(json.replaceAll(UNSEEN, (character) => (character === '\n' ? character : unitsOf(character))));
}

function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** As JSON writes it: by its UTF-16 code units. */
function unitsOf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => codeOf(character.charAt(at))).join('');
}
