import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { root } from './repository.js';
import { swcOptions } from './swc-options.js';

const sources = join(root, 'test/programs');
const nest11Dist = join(root, 'compat/nest11/dist');

/** Compiles every program of test/programs twice: as ES modules that find Nest 12, and as CommonJS that finds Nest 11. */
export function buildPrograms() {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  if (files.length === 0) throw new Error(`no programs in ${sources}`);
  compile(files, join(root, 'dist/programs/nest12'), 'es6');
  compile(files, join(nest11Dist, 'programs'), 'commonjs');
  writeFileSync(join(nest11Dist, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`);
  installLibraryForNest11();
}

/**
 * Copies the built library to where the Nest 11 programs find it before the workspace's own link. A link would not do:
 * Node resolves a link's `@nestjs/*` from the place it points to, which has Nest 12.
 */
function installLibraryForNest11() {
  const library = join(root, 'libs/lifecycle');
  const copy = join(nest11Dist, 'node_modules/nestjs-lifecycle');
  rmSync(copy, { recursive: true, force: true });
  for (const part of ['package.json', 'dist']) cpSync(join(library, part), join(copy, part), { recursive: true });
}

/**
 * @param {string[]} files
 * @param {string} into
 * @param {'es6' | 'commonjs'} type
 */
function compile(files, into, type) {
  rmSync(into, { recursive: true, force: true });
  for (const file of files) {
    const output = join(into, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(output), { recursive: true });
    const options = { ...swcOptions, module: { type }, swcrc: false, sourceMaps: /** @type {const} */ ('inline') };
    writeFileSync(output, transformFileSync(join(sources, file), options).code);
  }
}
