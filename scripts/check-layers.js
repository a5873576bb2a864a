// Part of `npm run lint`: fails when a package's files or folders import against the order in scripts/layers.js.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layerProblems } from './layer-problems.js';
import { layerings } from './layers.js';
import { root } from './repository.js';

const packages = ['libs', 'apps'].flatMap((place) => readdirSync(join(root, place)).map((name) => `${place}/${name}`));
const unlisted = packages.filter((folder) => !(folder in layerings));
const problems = unlisted.map((folder) => `${folder} is missing in scripts/layers.js`);

for (const [folder, layering] of Object.entries(layerings)) {
  const sources = sourcesIn(join(root, folder, layering.sources ?? 'src'));
  problems.push(...layerProblems(sources, layering).map((problem) => `${folder}: ${problem}`));
  for (const [inner, order] of Object.entries(layering.inside ?? {})) {
    problems.push(
      ...layerProblems(below(sources, inner), order).map((problem) => `${folder}/src/${inner}: ${problem}`),
    );
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${packages.length} packages keep to their layers.`);

/**
 * The sources in a folder, by their paths in it.
 * @param {ReadonlyMap<string, string>} sources
 * @param {string} folder
 */
function below(sources, folder) {
  const start = `${folder}/`;
  const own = [...sources].filter(([file]) => file.startsWith(start));
  if (own.length === 0) throw new Error(`there are no sources in ${folder}`);
  return new Map(own.map(([file, text]) => [file.slice(start.length), text]));
}

/**
 * @param {string} folder
 * @returns {Map<string, string>}
 */
function sourcesIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.startsWith('node_modules/') && file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  if (files.length === 0) throw new Error(`there are no sources in ${folder}`);
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}
