import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transformSync } from '@swc/core';
import { rollup } from 'rollup';
import { root } from './repository.js';
import { swcOptions } from './swc-options.js';

/** The file that `npm run test:cluster` runs. */
export const clusterTestFile = 'dist/cluster-test-program/main.js';

/**
 * Packages of this repository whose sources the program is made of: it uses parts of them that are no API.
 * @type {Readonly<Record<string, string>>}
 */
const sources = {
  'nestjs-lifecycle/options': 'libs/lifecycle/src/options/index.ts',
  'nestjs-lifecycle-shared': 'libs/shared/src/index.ts',
};

/** Of another version than the one that the root has, and so joined too: what is external is looked for from the root. */
const ownPackage = 'pure-rand/';

/**
 * Its file, wherever npm has put the package.
 * @param {string} id
 */
function fileOfOwn(id) {
  const inside = `pure-rand/lib/esm/${id.slice(ownPackage.length)}.js`;
  const places = ['libs/rollout/node_modules', 'node_modules'].map((folder) => join(root, folder, inside));
  return places.find((place) => existsSync(place)) ?? null;
}

/** Joins the program and what it takes of the libraries into one file. */
export async function buildClusterTest() {
  const bundled = await rollup({
    input: join(root, 'test/cluster/main.ts'),
    external: (id) =>
      !id.startsWith('.') && !id.startsWith('/') && !id.startsWith(ownPackage) && sources[id] === undefined,
    plugins: [typeScript],
  });
  await bundled.write({ file: join(root, clusterTestFile), format: 'es', inlineDynamicImports: true });
  await bundled.close();
}

/** @satisfies {import('rollup').Plugin} */
const typeScript = {
  name: 'typescript',
  /**
   * @param {string} id
   * @param {string | undefined} importer
   */
  resolveId: (id, importer) => {
    const entry = sources[id];
    if (entry !== undefined) return join(root, entry);
    if (id.startsWith(ownPackage)) return fileOfOwn(id);
    if (!id.startsWith('.') || importer === undefined) return null;
    const file = resolve(dirname(importer), id);
    const source = file.replace(/\.js$/, '.ts');
    return existsSync(source) ? source : file;
  },
  /** @param {string} id */
  load: (id) => {
    if (!id.endsWith('.ts')) return null;
    const options = { ...swcOptions, filename: id, module: /** @type {const} */ ({ type: 'es6' }) };
    return transformSync(readFileSync(id, 'utf8'), options).code;
  },
};
