/**
 * What to type for the same schedule. Values of variables, and the login with its password, are left to the shell: reports are passed on.
 *
 * @param args what was typed after the program's name
 */
export function repeatCommand(args: readonly string[], seed: number): string {
  const [verb = 'rehearse', ...rest] = args;
  const seeded = rest.includes('--seed') ? [] : ['--seed', String(seed)];
  return ['npx nestjs-lifecycle', verb, ...seeded, ...quoted(rest)].join(' ');
}

function quoted(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const own = end === -1 ? words.length : end;
  let flag = '';
  return words.map((word, index) => {
    if (word.startsWith('--')) flag = word;
    return (index < own ? leftToShell(word, flag) : undefined) ?? inQuotes(word);
  });
}

/** What stands in place of a value that may be secret; `undefined` where there is none. */
function leftToShell(word: string, flag: string): string | undefined {
  if (flag === '--login' && word !== flag) return '"$LOGIN"';
  if (word.startsWith('--login=')) return '--login="$LOGIN"';
  const [, name] = /^(?:--env=)?(\w+)=/.exec(word) ?? [];
  if (name === undefined) return undefined;
  if (word.startsWith('--env=')) return `--env=${name}="$${name}"`;
  return flag === '--env' ? `${name}="$${name}"` : undefined;
}

function inQuotes(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
