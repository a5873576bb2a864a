/**
 * What to type for the same schedule. Values of variables are left to the shell: they may be secrets, and reports are passed on.
 *
 * @param args what was typed after the program's name
 */
export function repeatCommand(args: readonly string[], seed: number): string {
  const [verb = 'rehearse', ...rest] = args;
  const seeded = rest.includes('--seed') ? [] : ['--seed', String(seed)];
  return ['npx nestjs-lifecycle', verb, ...seeded, ...quoted(rest)].join(' ');
}

function quoted(words: readonly string[]): string[] {
  const own = words.indexOf('--');
  let isVariable = false;
  return words.map((word, index) => {
    const isOurs = own === -1 || index < own;
    if (word.startsWith('--')) isVariable = word === '--env';
    const [, name] = /^(?:--env=)?(\w+)=/.exec(word) ?? [];
    if (isOurs && name !== undefined && (isVariable || word.startsWith('--env='))) {
      return `${word.startsWith('--env=') ? '--env=' : ''}${name}="$${name}"`;
    }
    return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
  });
}
