import { readFile, stat } from 'node:fs/promises';

/** A `package.json` is smaller. */
const LARGEST_PACKAGE = 1024 * 1024;

const OF_MODULE = /"nestjs-lifecycle"\s*:/;

/** Whether a `package.json` depends on the module. One that is not there, or cannot be read, is no sign of it. */
export async function dependsOnModule(at: string): Promise<boolean> {
  try {
    const status = await stat(at);
    return status.isFile() && status.size <= LARGEST_PACKAGE && OF_MODULE.test(await readFile(at, 'utf8'));
  } catch {
    return false;
  }
}
