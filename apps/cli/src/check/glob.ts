/**
 * A pattern for paths and names: `*` is anything but a slash, `**` anything, `?` one sign. One that names a folder takes all in it,
 * and one without a slash is looked for at every level, as in a `.gitignore`.
 */
export function globPattern(glob: string): RegExp {
  const bare = glob.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  const written = bare.replaceAll(/\*\*\/?|[*?]|[.+^${}()|[\]\\]/g, (sign) => SIGNS[sign] ?? `\\${sign}`);
  const start = bare.includes('/') || bare.startsWith('**') ? '^' : '(?:^|/)';
  return new RegExp(`${start}${written}(?:/|$)`);
}

const SIGNS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };

/** Whether a path, with slashes or backslashes, is one of those that some patterns mean. */
export function isMatched(path: string, patterns: readonly RegExp[]): boolean {
  const written = path.replaceAll('\\', '/').replace(/^\.\//, '');
  return patterns.some((pattern) => pattern.test(written));
}
