import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root, runTool } from './repository.js';

/** How sources of other packages import the options of the library. */
const SPECIFIER = 'nestjs-lifecycle/options';
/** Where they stand in the build of such a package. */
const FOLDER = 'lifecycle';

/** What has to be looked at to know whether a build with them is stale. */
export const optionSources = [
  'libs/lifecycle/src/options',
  'libs/lifecycle/src/deadline/duration.ts',
  'libs/lifecycle/tsconfig.options.json',
  'scripts/embed-options.js',
];

/**
 * Builds the library's options into a package that is published by itself, before the package's own sources: these are
 * type-checked against what is built here.
 * @param {string} folder of the package
 */
export function buildOptions(folder) {
  runTool('tsc', ['-p', 'libs/lifecycle/tsconfig.options.json', '--outDir', `${folder}/dist/esm/${FOLDER}`]);
  runTool('tsc', ['-p', 'libs/lifecycle/tsconfig.options.cjs.json', '--outDir', `${folder}/dist/cjs/${FOLDER}`]);
}

/**
 * Lets a built package find the options in itself.
 * @param {string} folder of the package
 */
export function pointToOptions(folder) {
  let pointed = 0;
  for (const format of ['esm', 'cjs']) {
    const built = join(root, folder, 'dist', format);
    for (const name of readdirSync(built, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:js|d\.ts)$/.test(name)) continue;
      const file = join(built, name);
      const text = readFileSync(file, 'utf8');
      const target = relative(dirname(file), join(built, FOLDER, 'options/index.js')).replaceAll('\\', '/');
      const pointing = text.replaceAll(
        new RegExp(`(['"])${SPECIFIER}\\1`, 'g'),
        `'${target.startsWith('.') ? target : `./${target}`}'`,
      );
      if (pointing === text) continue;
      writeFileSync(file, pointing);
      pointed += 1;
    }
  }
  if (pointed === 0) throw new Error(`no file of ${folder} imports ${SPECIFIER}: leave the options out of its build`);
}
