import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPrograms } from './build-programs.js';
import { root, runTool } from './repository.js';

/**
 * @typedef {object} BuildTarget
 * @property {string[]} sources files and folders whose change makes the build stale
 * @property {string} stamp the file that is written last: as long as it is newer than the sources, the build is fresh
 * @property {() => void} build
 */

const libraryStamp = 'libs/lifecycle/dist/cjs/package.json';
const demoStamp = 'dist/apps/demo/.built';

/** @type {Record<string, BuildTarget>} */
export const buildTargets = {
  library: {
    sources: ['tsconfig.base.json', ...inFolder('libs/lifecycle', 'src', 'tsconfig.lib.json', 'tsconfig.cjs.json')],
    stamp: libraryStamp,
    build: buildLibrary,
  },
  programs: {
    sources: ['scripts/swc-options.js', 'scripts/build-programs.js', 'test/programs', libraryStamp],
    stamp: 'compat/nest11/dist/node_modules/nestjs-lifecycle/dist/cjs/package.json',
    build: buildPrograms,
  },
  demo: {
    sources: [
      'tsconfig.base.json',
      'nest-cli.json',
      libraryStamp,
      ...inFolder('apps/demo', 'src', 'tsconfig.app.json'),
    ],
    stamp: demoStamp,
    build: buildDemo,
  },
};

/** ES modules and CommonJS, both by tsc: what swc emits as CommonJS hides its exports from ES modules. */
function buildLibrary() {
  rmSync(join(root, 'libs/lifecycle/dist'), { recursive: true, force: true });
  runTool('tsc', ['-p', 'libs/lifecycle/tsconfig.lib.json']);
  runTool('tsc', ['-p', 'libs/lifecycle/tsconfig.cjs.json']);
  writeFileSync(join(root, libraryStamp), `${JSON.stringify({ type: 'commonjs' })}\n`);
}

function buildDemo() {
  rmSync(join(root, 'dist/apps/demo'), { recursive: true, force: true });
  runTool('nest', ['build', 'demo']);
  writeFileSync(join(root, demoStamp), '');
}

/**
 * @param {string} folder
 * @param {string[]} names
 */
function inFolder(folder, ...names) {
  return names.map((name) => `${folder}/${name}`);
}
