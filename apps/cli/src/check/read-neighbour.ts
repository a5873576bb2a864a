import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type ReadOnce, realPathOf } from './read-once.js';

/**
 * Reads what checked files name: env files, scripts, `package.json`. Only regular files in the folders that were named, or in that
 * where the command runs: a file of a stranger may name any path.
 */
export function neighbourReader(
  reader: ReadOnce,
  cwd: string,
  folders: readonly string[],
): (path: string) => string | undefined {
  const allowed = [cwd, ...folders].flatMap((folder) => realPathOf(folder) ?? []);
  const isAllowed = (real: string): boolean => allowed.some((folder) => isWithin(real, folder));
  // The check says of what cannot be read that it is not there.
  return (path) => reader.neighbour(resolve(cwd, path), isAllowed);
}

/** Whether a path without links is in a folder, or is that folder. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
