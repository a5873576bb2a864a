import { lstatSync, realpathSync, renameSync, rmSync, type Stats, writeFileSync } from 'node:fs';

/**
 * Writes a file that readers find whole: a new file beside it takes its place. Synchronous, because the process may be about to exit.
 * A link is followed.
 *
 * @throws Error of the system, or where something else than a file is in that place
 */
export function replaceFile(path: string, text: string): void {
  const place = placeOf(path);
  const written = `${place}.${process.pid}.tmp`;
  try {
    // What an earlier process of this number has left there, or a link that other code has put there, is not written to.
    rmSync(written, { force: true });
    writeFileSync(written, text, { flag: 'wx' });
    renameSync(written, place);
  } catch (error) {
    removeQuietly(written);
    throw error;
  }
}

/** The file itself behind a link; a device, a pipe or a folder is refused, because a file would take its place. */
function placeOf(path: string): string {
  if (statsOf(path) === undefined) return path;
  const place = realpathSync(path);
  if (statsOf(place)?.isFile() !== true) throw new Error(`${path} is there, and is no file`);
  return place;
}

function statsOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** The error of the write says more than that of the removal. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What could not be written usually cannot be removed either, or was never there.
  }
}
