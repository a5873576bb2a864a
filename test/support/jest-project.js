import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { swcOptions } from '../../scripts/swc-options.js';
import { nestFinder } from './loads-nest.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Where Nest 11, and the oldest of each major, are installed: workspaces below compat. The newest Nest 12 is the root's.
 * @typedef {'nest11' | 'nest11-oldest' | 'nest12-oldest'} CompatFolder
 */

/** Packages that are ES modules only. Jest runs CommonJS, so these are translated like our own sources. */
const esModules = '@nestjs|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|@lukeed';

/**
 * One Jest project. Throws when no test belongs to it, so that a moved folder cannot turn a suite into nothing.
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.tests a regular expression over paths from the root, with forward slashes
 * @param {11 | 12} [options.nest] the Nest that `@nestjs/*` means in these tests, and their NEST_MAJOR
 * @param {boolean} [options.oldest] the oldest versions of that major, and of rxjs and reflect-metadata, that are allowed
 * @param {1 | 2} [options.half] the half of the Nests and adapters that programs run on; see program-kinds.ts
 * @param {boolean} [options.programs] build the library and test/programs before the first test
 * @param {boolean} [options.onNest] only tests that load Nest, or load what loads it: the others are the same on each
 * @param {string} [options.setup] the file that builds what the tests need, when that is more than the programs
 */
export function jestProject({
  name,
  tests,
  nest = 12,
  oldest = false,
  half = 1,
  programs = false,
  onNest = false,
  setup,
}) {
  return {
    displayName: name,
    rootDir: root,
    testRegex: testRegexOf({ name, tests, onNest }),
    testEnvironment: '<rootDir>/test/support/compile-once-environment.js',
    globals: { NEST_MAJOR: nest, PROGRAMS_HALF: half },
    moduleNameMapper: {
      '^(\\.{1,2}/.*)\\.js$': '$1',
      '^nestjs-lifecycle$': '<rootDir>/libs/lifecycle/src/index.ts',
      '^nestjs-lifecycle/options$': '<rootDir>/libs/lifecycle/src/options/index.ts',
      '^nestjs-lifecycle/processes$': '<rootDir>/libs/lifecycle/src/processes/index.ts',
      '^nestjs-lifecycle/standalone$': '<rootDir>/libs/lifecycle/src/standalone/index.ts',
      '^nestjs-lifecycle/testing$': '<rootDir>/libs/lifecycle/src/testing/index.ts',
      '^nestjs-lifecycle-(rollout|manifest-check|shared)$': '<rootDir>/libs/$1/src/index.ts',
      '^nestjs-lifecycle-cli$': '<rootDir>/apps/cli/src/index.ts',
      ...packagesOf(compatFolder(nest, oldest)),
    },
    modulePathIgnorePatterns: ['<rootDir>/((libs|apps|compat)/[^/]+/)?dist/'],
    transform: { '^.+\\.[jt]s$': ['@swc/jest', { ...swcOptions, module: { type: 'commonjs' } }] },
    transformIgnorePatterns: [`/node_modules/(?!(${esModules})/)`, '/compat/nest11(-oldest)?/node_modules/'],
    ...((programs || setup) && { globalSetup: `<rootDir>/${setup ?? 'test/support/build.ts'}` }),
  };
}

/**
 * @param {11 | 12} nest
 * @param {boolean} oldest
 * @returns {CompatFolder | undefined}
 */
function compatFolder(nest, oldest) {
  if (oldest) return `nest${nest}-oldest`;
  return nest === 11 ? 'nest11' : undefined;
}

/**
 * @param {CompatFolder | undefined} folder
 * @returns {Record<string, string>}
 */
function packagesOf(folder) {
  if (folder === undefined) return {};
  const packages = `<rootDir>/compat/${folder}/node_modules`;
  return {
    '^@nestjs/([^/]+)(.*)$': `${packages}/@nestjs/$1$2`,
    ...(folder !== 'nest11' && { '^(rxjs|reflect-metadata)(/.*)?$': `${packages}/$1$2` }),
  };
}

/** What was installed, and what was built. */
const notOurs = new Set(['node_modules', 'dist']);

/**
 * @param {string} folder
 * @returns {string[]} every file in it that is ours, from the root, with forward slashes
 */
function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

/** Read once: there are a dozen projects. */
const files = ['libs', 'apps', 'test'].flatMap(filesIn);

/**
 * @param {{ name: string, tests: string, onNest: boolean }} project
 * @returns {string | string[]} Jest's `testRegex`
 */
function testRegexOf({ name, tests, onNest }) {
  const own = files.filter((file) => new RegExp(tests).test(file));
  const chosen = onNest ? own.filter(nestFinder(root)) : own;
  if (chosen.length === 0) throw new Error(`no test belongs to the project "${name}": ${tests}`);
  return onNest ? chosen.map((file) => `/${file.replaceAll('.', '\\.')}$`) : `/${tests}`;
}
