import { dirname, posix } from 'node:path';
import { anchorsOf, linksIn } from './markdown.js';

/**
 * The links that lead nowhere, as `page: link`: to a file that is not there, or a heading that its page does not have.
 *
 * @param texts the Markdown to look at, by its path with slashes
 * @param exists whether there is a file or folder, for what is not Markdown
 */
export function brokenLinks(texts: ReadonlyMap<string, string>, exists: (path: string) => boolean): string[] {
  return [...texts].flatMap(([path, text]) =>
    linksIn(text)
      .filter((link) => !/^(https?|mailto):/.test(link) && !leadsSomewhere(path, link, { texts, exists }))
      .map((link) => `${path}: ${link}`),
  );
}

function leadsSomewhere(
  from: string,
  link: string,
  { texts, exists }: { texts: ReadonlyMap<string, string>; exists: (path: string) => boolean },
): boolean {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? from : posix.join(dirname(from), file);
  const text = texts.get(path);
  if (text === undefined) return anchor === undefined && exists(path);
  return anchor === undefined || anchorsOf(text).includes(anchor);
}
