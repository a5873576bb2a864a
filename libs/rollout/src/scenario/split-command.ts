const WORD = /"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'\\]|\\.)+)/g;
const WHOLE = /^\s*(?:(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s"'\\]|\\.)+)\s*)*$/;

/**
 * The words of a command line, as a shell would split it, without anything else a shell does: no variables, no globs, no
 * pipes. `undefined` when a quote is not closed or there is no word.
 */
export function splitCommand(line: string): [program: string, ...args: string[]] | undefined {
  if (!WHOLE.test(line)) return undefined;
  const words: string[] = [];
  let end = -1;
  for (const match of line.matchAll(WORD)) {
    const [whole, double, single, bare] = match;
    const text = single ?? (double ?? bare ?? '').replaceAll(/\\(.)/g, '$1');
    // What touches the word before it belongs to it, as in --name="a b".
    if (match.index === end) words.push(`${words.pop() ?? ''}${text}`);
    else words.push(text);
    end = match.index + whole.length;
  }
  const [program, ...args] = words;
  return program === undefined || program === '' ? undefined : [program, ...args];
}
