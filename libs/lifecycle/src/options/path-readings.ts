/** Proxies and frameworks decode once; what still hides something after this many times is not read any further. */
const MOST_ROUNDS = 3;

/** What URL parsers take away, or trim: white space, control characters, the byte order mark. */
const UNSEEN = /[\s\p{Cc}\uFEFF]+/gu;

/**
 * All paths that a router could take a request target for. Routers disagree on letter case, percent-encoding, doubled
 * and trailing slashes, backslashes, dot segments and `;parameters`, and can be configured. `undefined` when a router cannot
 * tell: it is not well-formed, or encoded more often than anything decodes.
 *
 * Read in Express 4 and 5 (`router`, `path-to-regexp`, `parseurl`, which hands what it does not know to Node's
 * `url.parse`), and in find-my-way 9 (Fastify 5).
 */
export function pathReadings(target: string): ReadonlySet<string> | undefined {
  const decoded = decodeAll(target.replace(/[?#][^]*$/, ''));
  if (decoded === undefined) return undefined;
  const withoutParameters = [decoded, decoded.replace(/[?#;][^]*$/, ''), decoded.replaceAll(/;[^/\\]*/g, '')];
  const plain = withoutParameters.map((path) => foldLetters(path.replaceAll('\\', '/').replaceAll(UNSEEN, '')));
  return new Set([...plain, ...plain.map(withoutDots)].map(withoutSpareSlashes));
}

/** A path in the options, as {@link pathReadings} would contain it. */
export function plainPath(path: string): string {
  return withoutSpareSlashes(foldLetters(decodeAll(path) ?? path));
}

function decodeAll(path: string): string | undefined {
  let text = path;
  for (let round = 0; round < MOST_ROUNDS && text.includes('%'); round += 1) {
    try {
      text = decodeURIComponent(text);
    } catch {
      // Not well-formed: said with the result, because a request whose path cannot be read is waited for.
      return undefined;
    }
  }
  return text.includes('%') ? undefined : text;
}

/** `toLowerCase` is what find-my-way compares by, `toUpperCase` what regular expressions do. */
function foldLetters(path: string): string {
  return path.toLowerCase().toUpperCase();
}

function withoutDots(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** Without a slash at the end, so that the root is empty. */
function withoutSpareSlashes(path: string): string {
  return path.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '');
}
