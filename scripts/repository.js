import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds the root package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where `npm run pack` leaves its tarballs. */
export const packagesFolder = join(root, 'dist', 'packages');

/**
 * Runs a program that came with `npm ci`, such as `tsc`, and shows its output.
 * @param {string} program its name in node_modules/.bin
 * @param {string[]} args
 */
export function runTool(program, args) {
  const onWindows = process.platform === 'win32';
  const file = join(root, 'node_modules', '.bin', onWindows ? `${program}.cmd` : program);
  execFileSync(file, args, { cwd: root, stdio: 'inherit', shell: onWindows });
}

/** The names of the workspaces that are published: everything in libs and apps that is not private. */
export function publishedPackages() {
  return ['libs', 'apps']
    .flatMap((place) => readdirSync(join(root, place)).map((folder) => join(root, place, folder, 'package.json')))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
    .filter((manifest) => !manifest.private)
    .map((manifest) => String(manifest.name));
}
