const WORD = /(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/gs;
const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs;

/** The words of a command, with their quotes resolved as a shell does. Variables, patterns and operators stay as written. */
export function splitWords(command: string): readonly string[] {
  return (command.match(WORD) ?? []).map(withoutQuotes);
}

/** A word as a shell takes it for one word, in quotes where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Whether a quote is not closed, or a backslash stands at the very end. */
export function hasOpenQuote(command: string): boolean {
  return /['"\\]/.test(command.replaceAll(PIECE, ''));
}

/** Within double quotes a backslash escapes `"`, `\`, `$` and a backtick, and is itself before all others. */
function withoutQuotes(word: string): string {
  return word.replaceAll(
    PIECE,
    (_whole, single?: string, double?: string, char?: string) =>
      single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? char ?? '',
  );
}
