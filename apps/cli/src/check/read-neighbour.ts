import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** An env file or a script is smaller. */
const LARGEST_NEIGHBOUR = 1024 * 1024;

/**
 * Reads what checked files name: env files, scripts, `package.json`. Only regular files in the folders that were named, or in that
 * where the command runs: a file of a stranger may name any path.
 */
export function neighbourReader(cwd: string, folders: readonly string[]): (path: string) => string | undefined {
  const allowed = [cwd, ...folders].flatMap((folder) => realPathOf(folder) ?? []);
  return (path) => {
    const at = realPathOf(resolve(cwd, path));
    if (at === undefined || !allowed.some((folder) => isWithin(at, folder))) return undefined;
    try {
      const status = statSync(at);
      return status.isFile() && status.size <= LARGEST_NEIGHBOUR ? readFileSync(at, 'utf8') : undefined;
    } catch {
      // What cannot be read counts as not there, and the check says so.
      return undefined;
    }
  };
}

/** Whether a path without links is in a folder, or is that folder. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
