import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { root } from './repository.js';
import { swcOptions } from './swc-options.js';

const sources = join(root, 'test/programs');

/**
 * The workspaces with other Nests than the root's, and what their Nest is made of.
 * @type {Readonly<Record<string, 'es6' | 'commonjs'>>}
 */
const compat = { nest11: 'commonjs', 'nest11-oldest': 'commonjs', 'nest12-oldest': 'es6' };

/** Compiles every program of test/programs for each Nest: as ES modules that find Nest 12, as CommonJS that finds Nest 11. */
export function buildPrograms() {
  const files = typeScriptIn(sources);
  compile(files, join(root, 'dist/programs/nest12'), 'es6');
  // The one that is looked at to see whether the programs are fresh comes last.
  for (const [folder, type] of Object.entries(compat).toReversed()) {
    const dist = join(root, 'compat', folder, 'dist');
    compile(files, join(dist, 'programs'), type);
    const format = type === 'es6' ? 'module' : 'commonjs';
    writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type: format })}\n`);
    installLibrary(dist);
  }
}

/**
 * Copies the built library, without its declarations, to where these programs find it before the workspace's own link. A link would not do:
 * Node resolves a link's `@nestjs/*` from the place it points to, which has the root's Nest.
 * @param {string} dist
 */
function installLibrary(dist) {
  const library = join(root, 'libs/lifecycle');
  const copy = join(dist, 'node_modules/nestjs-lifecycle');
  rmSync(copy, { recursive: true, force: true });
  const filter = (/** @type {string} */ file) => !/\.d\.ts(\.map)?$/.test(file);
  for (const part of ['package.json', 'dist'])
    cpSync(join(library, part), join(copy, part), { recursive: true, filter });
}

/**
 * What there is to compile below a folder. Throws when there is nothing.
 * @param {string} folder
 */
export function typeScriptIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  if (files.length === 0) throw new Error(`no programs in ${folder}`);
  return files;
}

/**
 * @param {string[]} files
 * @param {string} into
 * @param {'es6' | 'commonjs'} type
 * @param {string} from
 */
export function compile(files, into, type, from = sources) {
  rmSync(into, { recursive: true, force: true });
  for (const file of files) {
    const output = join(into, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(output), { recursive: true });
    const options = { ...swcOptions, module: { type }, swcrc: false, sourceMaps: /** @type {const} */ ('inline') };
    writeFileSync(output, transformFileSync(join(from, file), options).code);
  }
}
