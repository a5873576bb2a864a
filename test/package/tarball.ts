import { execSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/repository.js';

/** The published package as npm packs it. */
export interface Tarball {
  file: string;
  /** The paths of the packed files. */
  contents: string[];
}

/** Packs the library into a folder of its own. */
export function packLibrary(): Tarball {
  return packWorkspace('nestjs-lifecycle');
}

/** Packs one of the published packages into a folder of its own. */
export function packWorkspace(name: string): Tarball {
  const folder = temporaryFolder();
  const output = npm(`pack --json --workspace ${name} --pack-destination "${folder}"`, root);
  const [packed] = JSON.parse(output) as { filename: string; files: { path: string }[] }[];
  if (packed === undefined) throw new Error(`npm packed nothing: ${output}`);
  return { file: join(folder, packed.filename), contents: packed.files.map(({ path }) => path) };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'nestjs-lifecycle-'));
}

/** Runs npm without the settings that an npm around the tests hands down, and returns what it prints. */
export function npm(command: string, cwd: string): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  return execSync(`npm ${command}`, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
