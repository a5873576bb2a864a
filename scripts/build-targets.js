import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildClusterTest, clusterTestFile } from './build-cluster-test.js';
import { buildFramework, frameworkStamp } from './build-framework.js';
import { buildPrograms } from './build-programs.js';
import { buildEmbedded, embeddedSources, pointToEmbedded } from './embed.js';
import { root, runTool } from './repository.js';

/**
 * @typedef {object} BuildTarget
 * @property {string[]} sources files and folders whose change makes the build stale
 * @property {string} stamp the file that is written last: as long as it is newer than the sources, the build is fresh
 * @property {() => void | Promise<void>} build
 */

const libraryStamp = stampOf('libs/lifecycle');
const demoStamp = 'dist/apps/demo/.built';
const fleetStamp = 'dist/apps/fleet/.built';

/** @type {Record<string, BuildTarget>} */
export const buildTargets = {
  library: bundledPackage('libs/lifecycle'),
  rollout: dualPackage('libs/rollout', { embedded: ['nestjs-lifecycle/options', 'nestjs-lifecycle-shared'] }),
  'manifest-check': dualPackage('libs/manifest-check', {
    embedded: ['nestjs-lifecycle/options', 'nestjs-lifecycle-shared'],
  }),
  cli: dualPackage('apps/cli', {
    builtBefore: [stampOf('libs/rollout'), stampOf('libs/manifest-check')],
    embedded: ['nestjs-lifecycle-shared'],
  }),
  programs: {
    sources: ['scripts/swc-options.js', 'scripts/build-programs.js', 'test/programs', libraryStamp],
    stamp: 'compat/nest11/dist/node_modules/nestjs-lifecycle/dist/cjs/package.json',
    build: buildPrograms,
  },
  framework: {
    sources: [
      'scripts/swc-options.js',
      'scripts/build-programs.js',
      'scripts/build-framework.js',
      'test/services/framework',
      'compat/nest11/dist/node_modules/nestjs-lifecycle/dist/cjs/package.json',
    ],
    stamp: frameworkStamp,
    build: buildFramework,
  },
  'cluster-test': {
    sources: [
      'scripts/swc-options.js',
      'scripts/build-cluster-test.js',
      'test/cluster',
      'apps/cli/src/rehearse',
      ...['lifecycle/src/options', 'rollout/src', 'shared/src'].map((folder) => `libs/${folder}`),
    ],
    stamp: clusterTestFile,
    build: buildClusterTest,
  },
  demo: {
    sources: [
      'tsconfig.base.json',
      'nest-cli.json',
      libraryStamp,
      ...inFolder('apps/demo', 'src', 'tsconfig.app.json'),
    ],
    stamp: demoStamp,
    build: () => buildApplication('demo', demoStamp),
  },
  fleet: {
    sources: ['tsconfig.base.json', 'nest-cli.json', libraryStamp, 'apps/fleet'],
    stamp: fleetStamp,
    build: () => buildApplication('fleet', fleetStamp),
  },
};

/**
 * A package that a service loads when it starts: compiled once by tsc, and joined into a few files as ES modules and as CommonJS.
 * @param {string} folder
 * @returns {BuildTarget}
 */
function bundledPackage(folder) {
  const stamp = stampOf(folder);
  return {
    sources: [
      'tsconfig.base.json',
      'scripts/bundle.js',
      ...inFolder(folder, 'src', 'package.json', 'tsconfig.lib.json'),
    ],
    stamp,
    build: async () => {
      rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
      runTool('tsc', ['-p', `${folder}/tsconfig.lib.json`]);
      const { bundle } = await import('./bundle.js');
      await bundle(folder);
      writeFileSync(join(root, stamp), `${JSON.stringify({ type: 'commonjs' })}\n`);
    },
  };
}

/**
 * A package built as ES modules and as CommonJS, both by tsc: what swc emits as CommonJS hides its exports from ES modules.
 * @param {string} folder
 * @param {object} [more]
 * @param {string[]} [more.builtBefore] the stamps of packages whose types it reads
 * @param {readonly string[]} [more.embedded] what it imports that is built into it, see embed.js
 * @returns {BuildTarget}
 */
function dualPackage(folder, { builtBefore = [], embedded = [] } = {}) {
  const stamp = stampOf(folder);
  return {
    sources: [
      'tsconfig.base.json',
      ...builtBefore,
      ...inFolder(folder, 'src', 'tsconfig.lib.json', 'tsconfig.cjs.json'),
      ...(embedded.length > 0 ? embeddedSources : []),
    ],
    stamp,
    build: () => {
      rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
      buildEmbedded(folder, embedded);
      runTool('tsc', ['-p', `${folder}/tsconfig.lib.json`]);
      runTool('tsc', ['-p', `${folder}/tsconfig.cjs.json`]);
      pointToEmbedded(folder, embedded);
      writeFileSync(join(root, stamp), `${JSON.stringify({ type: 'commonjs' })}\n`);
    },
  };
}

/** @param {string} folder */
function stampOf(folder) {
  return `${folder}/dist/cjs/package.json`;
}

/**
 * @param {string} name a project of nest-cli.json
 * @param {string} stamp
 */
function buildApplication(name, stamp) {
  rmSync(join(root, 'dist/apps', name), { recursive: true, force: true });
  runTool('nest', ['build', name]);
  writeFileSync(join(root, stamp), '');
}

/**
 * @param {string} folder
 * @param {string[]} names
 */
function inFolder(folder, ...names) {
  return names.map((name) => `${folder}/${name}`);
}
