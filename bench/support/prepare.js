import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';
import { swcOptions } from '../../scripts/swc-options.js';

const bench = dirname(dirname(fileURLToPath(import.meta.url)));
/** Starts with a dot, so that neither the compiler nor the linter takes it for sources. */
const builds = join(bench, '.build');

/**
 * Puts in place what the measurements run: programs, peers, and the built package under its own name. Returns the folder
 * of the programs, which is this process's own and goes with it, so that another run does not change what this one measures.
 */
export function prepare() {
  installPeers();
  removeLeftovers();
  const build = join(builds, String(process.pid));
  process.on('exit', () => rmSync(build, { recursive: true, force: true }));
  compile(build);
  copyLibrary(build);
  return build;
}

/** Of runs that were killed. */
function removeLeftovers() {
  if (!existsSync(builds)) return;
  for (const name of readdirSync(builds).filter((name) => /^\d+$/.test(name))) {
    if (!isRunning(Number(name))) rmSync(join(builds, name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** As `npm ci` in bench/, when what is there is not what the lock file says. */
function installPeers() {
  const lock = readFileSync(join(bench, 'package-lock.json'), 'utf8');
  const stamp = join(bench, 'node_modules', '.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('installing the peers');
  const onWindows = process.platform === 'win32';
  execFileSync(onWindows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: bench,
    stdio: 'inherit',
    shell: onWindows,
  });
  writeFileSync(stamp, lock);
}

/** @param {string} build */
function compile(build) {
  const files = readdirSync(bench, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter(isSource)) {
    const output = join(build, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(output), { recursive: true });
    const options = { ...swcOptions, module: { type: /** @type {const} */ ('es6') }, swcrc: false };
    writeFileSync(output, transformFileSync(join(bench, file), options).code);
  }
}

/** @param {string} file */
function isSource(file) {
  const isElsewhere = file.split(sep).some((part) => part === 'node_modules' || part.startsWith('.'));
  return !isElsewhere && file.endsWith('.ts');
}

/**
 * A copy, so that a build of the library while the measurements run does not change what they measure.
 * @param {string} build
 */
function copyLibrary(build) {
  const library = join(dirname(bench), 'libs', 'lifecycle');
  const copy = join(build, 'node_modules', 'nestjs-lifecycle');
  for (const part of ['package.json', 'dist']) cpSync(join(library, part), join(copy, part), { recursive: true });
}
