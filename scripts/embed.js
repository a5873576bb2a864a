import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root, runTool } from './repository.js';

/**
 * Sources that are built into other packages, since they are in no package that these could depend on: what the sources of such a
 * package import them as, where they stand in its build, and what they are compiled with.
 */
const embedded = [
  {
    specifier: 'nestjs-lifecycle/options',
    entry: 'lifecycle/options/index.js',
    esm: 'libs/lifecycle/tsconfig.options.json',
    cjs: 'libs/lifecycle/tsconfig.options.cjs.json',
  },
  {
    specifier: 'nestjs-lifecycle-shared',
    entry: 'shared/index.js',
    esm: 'libs/shared/tsconfig.json',
    cjs: 'libs/shared/tsconfig.cjs.json',
  },
];

/** What has to be looked at to know whether a build with them is stale. */
export const embeddedSources = [
  'libs/lifecycle/src/options',
  'libs/lifecycle/src/deadline',
  'libs/shared/src',
  'scripts/embed.js',
  ...embedded.flatMap(({ esm, cjs }) => [esm, cjs]),
];

/**
 * @param {readonly string[]} specifiers what the sources of the package import
 * @returns {typeof embedded}
 */
function embeddedAs(specifiers) {
  return embedded.filter(({ specifier }) => specifiers.includes(specifier));
}

/**
 * Builds them into a package, before the package's own sources: these are type-checked against what is built here.
 * @param {string} folder of the package
 * @param {readonly string[]} specifiers what its sources import
 */
export function buildEmbedded(folder, specifiers) {
  for (const { entry, esm, cjs } of embeddedAs(specifiers)) {
    const [place = ''] = entry.split('/');
    runTool('tsc', ['-p', esm, '--outDir', `${folder}/dist/esm/${place}`]);
    runTool('tsc', ['-p', cjs, '--outDir', `${folder}/dist/cjs/${place}`]);
  }
}

/**
 * Lets a built package find them in itself.
 * @param {string} folder of the package
 * @param {readonly string[]} specifiers what its sources import
 */
export function pointToEmbedded(folder, specifiers) {
  for (const { specifier, entry } of embeddedAs(specifiers)) {
    const written = new RegExp(`(['"])${specifier}\\1`, 'g');
    const pointed = ['esm', 'cjs'].flatMap((format) => {
      const built = join(root, folder, 'dist', format);
      const names = readdirSync(built, { recursive: true, encoding: 'utf8' });
      return names.filter(
        (name) => /\.(?:js|d\.ts)$/.test(name) && pointIn(join(built, name), join(built, entry), written),
      );
    });
    if (pointed.length === 0) throw new Error(`no file of ${folder} imports ${specifier}: leave it out of its build`);
  }
}

/**
 * Whether a file imports it; from now on from that place.
 * @param {string} file
 * @param {string} target
 * @param {RegExp} written how it is imported
 */
function pointIn(file, target, written) {
  const text = readFileSync(file, 'utf8');
  const path = relative(dirname(file), target).replaceAll('\\', '/');
  const pointing = text.replaceAll(written, `'${path.startsWith('.') ? path : `./${path}`}'`);
  if (pointing !== text) writeFileSync(file, pointing);
  return pointing !== text;
}
