import { type Field } from '../source/field.js';
import { folderOf, joinPath } from '../source/neighbours.js';
import { type Source } from '../source/source.js';
import { type PlatformFile } from './platform-file.js';

/**
 * The file of the build context that a path of the image was copied from; `undefined` where no `COPY` of the last stage shows it,
 * or it cannot be read. A program without a folder is looked for by its name.
 *
 * @param context the folder that is built, where that is known; else the Dockerfile's own and the one above
 */
export function fileInImage(path: string, { root, neighbours }: PlatformFile, context?: string): Source | undefined {
  const folder = folderOf(root.source.path);
  const contexts = context === undefined ? [folder, joinPath(folder, '..')] : [context];
  const candidates = [...copiedFrom(path, root), path.split('/').at(-1) ?? ''];
  for (const candidate of candidates) {
    for (const one of contexts) {
      const found = neighbours?.find(one, candidate);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function copiedFrom(path: string, root: Field): readonly string[] {
  const found: string[] = [];
  let folder = '/';
  const instructions = root.at('stages').items.flatMap((stage) => stage.at('instructions').items);
  for (const instruction of instructions) {
    const keyword = instruction.at('keyword').text;
    const words = instruction.at('words').items.map(({ text }) => text ?? '');
    if (keyword === 'WORKDIR') folder = joinPath(folder, words[0] ?? '');
    // What another stage has made was copied to that one, or is no file of the context.
    if ((keyword !== 'COPY' && keyword !== 'ADD') || words.some((word) => word.startsWith('--from'))) continue;
    const [sources, target] = [words.filter((word) => !word.startsWith('--')).slice(0, -1), words.at(-1) ?? ''];
    for (const source of sources) found.push(...matches(path, source, { folder, target }));
  }
  return found.toReversed();
}

/** The paths of the context that may have become this one. */
function matches(
  path: string,
  source: string,
  { folder, target }: { readonly folder: string; readonly target: string },
): readonly string[] {
  const relative = source.replace(/^\/+/, '');
  const name = relative.split('/').at(-1) ?? '';
  const to = joinPath(folder, target);
  const wanted = path.includes('/') ? joinPath(folder, path) : path;
  if (!path.includes('/')) return name === path || to.endsWith(`/${path}`) ? [relative] : [];
  if (wanted === to || wanted === joinPath(to, name)) return [relative];
  const below = `${to.replace(/\/$/, '')}/`;
  return wanted.startsWith(below) ? [joinPath(relative, wanted.slice(below.length))] : [];
}
