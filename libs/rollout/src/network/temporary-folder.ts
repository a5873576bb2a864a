import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new temporary folder with these files, by their names; it is for the caller to remove.
 *
 * @throws the error of the file system when one cannot be written; the folder is gone then
 */
export async function temporaryFolder(prefix: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
