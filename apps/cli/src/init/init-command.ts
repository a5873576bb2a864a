import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { VERSION } from '../version.js';
import { type InitFile, initFiles, startOf } from './init-files.js';

/** The flags of `nestjs-lifecycle init`. */
export interface InitFlags {
  readonly dryRun: boolean;
}

/**
 * Writes into a repository what runs `check` and `rehearse` there. A file that is there stays as it is: what to add to it is shown.
 *
 * @throws UsageError where there is no such folder, or where nothing can be written
 */
export async function init(folder: string, { dryRun }: InitFlags, terminal: Terminal): Promise<ExitCode> {
  const root = resolve(terminal.cwd, folder);
  const status = await stat(root).catch(() => undefined);
  if (status?.isDirectory() !== true)
    throw new UsageError(`init ${folder}: this is no folder: type nestjs-lifecycle init where the repository is`);
  const start = startOf(await textOf(root, 'package.json'));
  for (const file of initFiles(VERSION, start)) {
    const before = await textOf(root, file.path);
    terminal.stdout.write(before === undefined ? await create(root, file, dryRun) : besides(file, before));
  }
  return EXIT_CODE.clean;
}

function textOf(root: string, path: string): Promise<string | undefined> {
  return readFile(resolve(root, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError(
      `init: ${path} cannot be read (${error.code ?? error.message}): move it away, or make it readable`,
    );
  });
}

async function create(root: string, { path, text }: InitFile, dryRun: boolean): Promise<string> {
  if (dryRun) return `${path}: would be written\n${shown(text)}`;
  const full = resolve(root, path);
  const fail = (error: NodeJS.ErrnoException): never => {
    throw new UsageError(`init: ${path} cannot be written (${error.code ?? error.message}): make its folder writable`);
  };
  await mkdir(dirname(full), { recursive: true }).catch(fail);
  // Not over what has come meanwhile, nor through a link that leads to nothing.
  await writeFile(full, text, { flag: 'wx' }).catch(fail);
  return `${path}: written\n`;
}

/** What is there is never changed. */
function besides({ path, text, toAdd }: InitFile, before: string): string {
  if (before === text || before.includes(toAdd ?? text)) return `${path}: has it already\n`;
  if (toAdd === undefined) return `${path}: is there, and left as it is; this version would write\n${shown(text)}`;
  return `${path}: is there, and left as it is; add\n${shown(toAdd)}`;
}

function shown(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  + ');
}
