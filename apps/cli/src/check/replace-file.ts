import { randomUUID } from 'node:crypto';
import { type Stats } from 'node:fs';
import { chmod, chown, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Gives a file another text: the new file is written beside it to its end, and then takes its place. Whatever happens in
 * between (a full disk, a signal), the old text is there as a whole. It keeps its mode, and its owner where this may be
 * given. A name that is a link has to be resolved before.
 *
 * @throws what the system says when the file, or its folder, may not be written
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const before = await writableStatus(path);
  const written = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeToDisk(written, text, before.mode);
    if (process.geteuid?.() === 0) await chown(written, before.uid, before.gid);
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true });
    throw error;
  }
}

/** A new file could take the place of one that may not be written, so that is looked at first. */
async function writableStatus(path: string): Promise<Stats> {
  const file = await open(path, 'r+');
  try {
    return await file.stat();
  } finally {
    await file.close();
  }
}

async function writeToDisk(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  // As it was, whatever the mask of the process says.
  await chmod(path, mode & 0o7777);
}
