import { Source } from './source.js';

/** Reads a file by its path, as the paths of the checked files are written; `undefined` where there is none to be read. */
export type ReadNeighbour = (path: string) => string | undefined;

/** Files that checked files name, and that say nothing by themselves: env files, scripts, `package.json`. Each is read once. */
export class Neighbours {
  readonly #sources = new Map<string, Source | undefined>();

  /** @param isWhole whether files that are not checked are read as well, so that what is not found is not there */
  constructor(
    private readonly read: ReadNeighbour,
    readonly isWhole = false,
  ) {}

  /** A file by its path, from the folder of another one. */
  find(...parts: readonly string[]): Source | undefined {
    const path = joinPath(...parts);
    if (!this.#sources.has(path)) {
      const text = this.read(path);
      this.#sources.set(path, text === undefined ? undefined : new Source({ path, text }));
    }
    return this.#sources.get(path);
  }

  /** Those that have been looked into. */
  get all(): readonly Source[] {
    return [...this.#sources.values()].filter((source) => source !== undefined);
  }
}

/** The folder of a file, with a slash at its end; empty for the folder where the check was started. */
export function folderOf(path: string): string {
  return path.replace(/[^\\/]*$/, '');
}

/** A path of several parts without `.` and `..`; an absolute part begins anew. */
export function joinPath(...parts: readonly string[]): string {
  const kept: string[] = [];
  let root = '';
  for (const part of parts) {
    if (/^[\\/]/.test(part)) {
      kept.length = 0;
      root = '/';
    }
    for (const name of part.split(/[\\/]+/)) {
      if (name === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
      else if (name !== '' && name !== '.') kept.push(name);
    }
  }
  return root + kept.join('/');
}
