import { type Dirent, readFileSync, realpathSync, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { readText } from '../read-text.js';

/** An env file, a script and a `package.json` are smaller. */
const LARGEST_NEIGHBOUR = 1024 * 1024;

/**
 * The files and folders of one run, each read once: overlays share their bases, scripts and `package.json` are looked for from each
 * file that may name them, and all of it is checked once more for each environment. What changes during the run is not seen.
 */
export class ReadOnce {
  /** By their paths without links. */
  readonly #texts = new Map<string, Promise<string>>();
  readonly #found = new Map<string, string>();
  readonly #neighbours = new Map<string, string | undefined>();
  readonly #entries = new Map<string, Promise<readonly Dirent[]>>();

  /** A file, or what comes through a pipe that has a name: that is read each time. Rejects as the file system does. */
  async text(at: string): Promise<string> {
    if (!(await stat(at)).isFile()) return readText(at);
    const real = await realpath(at);
    const known = this.#texts.get(real);
    if (known !== undefined) return known;
    const reading = this.#read(real);
    this.#texts.set(real, reading);
    return reading;
  }

  async #read(real: string): Promise<string> {
    const text = this.#neighbours.get(real) ?? (await readText(real));
    this.#found.set(real, text);
    return text;
  }

  /** A regular file that is not large, where it may be read; what cannot be read counts as not there. */
  neighbour(at: string, isAllowed: (real: string) => boolean = () => true): string | undefined {
    const real = realPathOf(at);
    if (real === undefined || !isAllowed(real)) return undefined;
    if (!this.#neighbours.has(real)) this.#neighbours.set(real, this.#small(real));
    return this.#neighbours.get(real);
  }

  #small(real: string): string | undefined {
    try {
      const status = statSync(real);
      if (!status.isFile() || status.size > LARGEST_NEIGHBOUR) return undefined;
      return this.#found.get(real) ?? readFileSync(real, 'utf8');
    } catch {
      return undefined;
    }
  }

  /** What is in a folder, by name, so that the same folder is always checked in the same order. Rejects as the file system does. */
  async entries(folder: string): Promise<readonly Dirent[]> {
    const real = await realpath(folder);
    const known = this.#entries.get(real);
    if (known !== undefined) return known;
    const reading = sortedEntries(real);
    this.#entries.set(real, reading);
    return reading;
  }
}

/** A path without links; `undefined` where nothing is there. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

async function sortedEntries(folder: string): Promise<readonly Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
