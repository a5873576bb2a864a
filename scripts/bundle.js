import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rollup } from 'rollup';
import { root } from './repository.js';

/** A class that Rollup has renamed, because another file has one of the same name. Nest logs a class by its name. */
const RENAMED_CLASS = /\bclass \w+\$\d+\b/;

const formats = /** @type {const} */ ({ esm: 'es', cjs: 'cjs' });

/**
 * Joins the modules that tsc has left in `dist/esm` into a few files, as ES modules there and as CommonJS in `dist/cjs`; the
 * declarations stay one for each module, and are the same for both. What several entry points share is in one file, so that a
 * class is one for all of them. What is imported later is in a file of its own, so that nothing is loaded before it is needed.
 * @param {string} folder of the package
 */
export async function bundle(folder) {
  const place = join(root, folder);
  const modules = join(place, 'dist/esm');
  const bundled = await rollup({
    input: entriesOf(place),
    external: (id) => !id.startsWith('.') && !id.startsWith(modules),
    plugins: [compiledModules],
    onLog: failOnWarning,
  });
  // All of them are in memory now.
  for (const file of filesIn(modules)) if (/\.js(\.map)?$/.test(file)) rmSync(file);
  cpSync(modules, join(place, 'dist/cjs'), { recursive: true });
  for (const [name, format] of Object.entries(formats)) {
    const { output } = await bundled.write({ ...outputOptions, format, dir: join(place, 'dist', name) });
    for (const file of output) if (file.type === 'chunk') failWhereRenamed(file);
  }
  await bundled.close();
}

const outputOptions = /** @satisfies {import('rollup').OutputOptions} */ ({
  chunkFileNames: 'parts/[name].js',
  sourcemap: true,
  // The sources are in the package.
  sourcemapExcludeSources: true,
  // As tsc does it: what is imported later is required where there is CommonJS.
  dynamicImportInCjs: false,
  interop: 'auto',
});

/** @satisfies {import('rollup').Plugin} */
const compiledModules = {
  name: 'compiled-modules',
  /** @param {string} id */
  load: (id) => ({
    code: readFileSync(id, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''),
    map: readFileSync(`${id}.map`, 'utf8'),
  }),
};

/**
 * The entry points of a package, by their names in `dist`.
 * @param {string} place
 */
function entriesOf(place) {
  /** @type {{ exports: Record<string, { import?: { default: string } }>, schematics?: string }} */
  const manifest = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  const files = Object.values(manifest.exports).flatMap((entry) => entry.import?.default ?? []);
  const names = files.map((file) => /^\.\/dist\/esm\/(.+)\.js$/.exec(file)?.[1] ?? file);
  const all = [...names, ...schematicsOf(place, manifest.schematics)];
  return Object.fromEntries(all.map((name) => [name, join(place, 'dist/esm', `${name}.js`)]));
}

/**
 * What the CLI of Nest loads by itself.
 * @param {string} place
 * @param {string | undefined} collection
 */
function schematicsOf(place, collection) {
  if (collection === undefined) return [];
  /** @type {{ schematics: Record<string, { factory: string }> }} */
  const { schematics } = JSON.parse(readFileSync(join(place, collection), 'utf8'));
  return Object.values(schematics).map(({ factory }) => /\bdist\/cjs\/(.+)#/.exec(factory)?.[1] ?? factory);
}

/** @param {string} folder */
function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/**
 * @param {import('rollup').LogLevel} level
 * @param {import('rollup').RollupLog} log
 */
function failOnWarning(level, log) {
  // tsc's helper of decorators looks for `this.__decorate`, for scripts.
  if (level === 'warn' && log.code !== 'THIS_IS_UNDEFINED') throw new Error(log.message);
}

/** @param {import('rollup').OutputChunk} chunk */
function failWhereRenamed({ fileName, code }) {
  const [renamed] = RENAMED_CLASS.exec(code) ?? [];
  if (renamed !== undefined) throw new Error(`${fileName} has a ${renamed}: two classes of the package have one name`);
}
