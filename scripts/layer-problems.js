import { posix } from 'node:path';
import ts from 'typescript';

/** @typedef {import('./layers.js').Layering} Layering */
/** @typedef {{ readonly from: string, readonly to: string }} Arrow */

/**
 * What breaks the order of a package, one sentence each.
 * @param {ReadonlyMap<string, string>} sources the text of each file, by its path in `src` with forward slashes
 * @param {Layering} layering
 */
export function layerProblems(sources, { layers = [], known = [], without = [] }) {
  const every = [...sources].flatMap(([file, text]) => importsOf(file, text));
  const all = every.filter(({ to }) => sources.has(to));
  const arrows = all.filter((arrow) => !namesOf(arrow).some((name) => known.includes(name)));
  const between = arrows
    .map(({ from, to }) => ({ from: partOf(from), to: partOf(to) }))
    .filter(({ from, to }) => from !== to);
  const present = new Set(all.flatMap(namesOf));
  return [
    ...arrows.filter((arrow) => isUpward(arrow, layers)).map(upwardSentence),
    ...circles(arrows).map((files) => `these files import each other: ${files.join(', ')}`),
    ...circles(between).map((folders) => `these folders import each other: ${folders.join(', ')}`),
    ...without.flatMap((rule) => forbiddenPackages(every, rule)),
    ...known
      .filter((name) => !present.has(name))
      .map((name) => `${name} is gone: remove it from the known arrows in scripts/layers.js`),
  ];
}

/**
 * Every import of a file, `import type` and `import('…')` included.
 * @param {string} file
 * @param {string} text
 * @returns {Arrow[]}
 */
function importsOf(file, text) {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map(({ fileName }) => ({
    from: file,
    to: fileName.startsWith('.') ? posix.join(posix.dirname(file), fileName).replace(/\.js$/, '.ts') : fileName,
  }));
}

/**
 * One sentence for each import of a package that these parts must do without, directly or by what they import.
 * @param {readonly Arrow[]} arrows
 * @param {{ readonly parts: readonly string[], readonly packages: readonly string[] }} rule
 */
function forbiddenPackages(arrows, { parts, packages }) {
  const own = new Set(arrows.map(({ from }) => from).filter((file) => parts.includes(partOf(file))));
  for (const file of own) for (const { from, to } of arrows) if (from === file && to.endsWith('.ts')) own.add(to);
  return arrows
    .filter(({ from, to }) => own.has(from) && packages.some((name) => to === name || to.startsWith(`${name}/`)))
    .map(({ from, to }) => `${from} imports ${to}, but ${parts.join(', ')} must do without it`);
}

/**
 * @param {Arrow} arrow
 * @param {readonly (readonly string[])[]} layers
 */
function isUpward({ from, to }, layers) {
  return layerOf(partOf(from), layers) < layerOf(partOf(to), layers);
}

/** @param {Arrow} arrow */
function upwardSentence({ from, to }) {
  return `${from} imports ${to}, but ${partOf(from)} is below ${partOf(to)}`;
}

/**
 * @param {string} part
 * @param {readonly (readonly string[])[]} layers
 */
function layerOf(part, layers) {
  const name = part.includes('.') ? '.' : part;
  const own = layers.findIndex((layer) => layer.includes(name));
  return own === -1 ? layers.findIndex((layer) => layer.includes('*')) : own;
}

/**
 * The folder in `src` that a file is in, or the file itself where it is in none.
 * @param {string} file
 */
function partOf(file) {
  return file.split('/')[0] ?? file;
}

/**
 * What the known arrows may call an import: by its folders, or by its files.
 * @param {Arrow} arrow
 */
function namesOf({ from, to }) {
  return [`${partOf(from)} -> ${partOf(to)}`, `${from} -> ${to}`];
}

/**
 * Groups in which each reaches each other one, in alphabetical order.
 * @param {readonly Arrow[]} arrows
 */
function circles(arrows) {
  /** @type {Map<string, Set<string>>} */
  const imported = new Map();
  for (const { from, to } of arrows) imported.set(from, (imported.get(from) ?? new Set()).add(to));
  const reached = new Map([...imported.keys()].map((one) => [one, reachedFrom(one, imported)]));
  const inCircles = [...reached].filter(([one, all]) => all.has(one));
  const groups = inCircles.map(([one, all]) => [...all].filter((other) => reached.get(other)?.has(one)).toSorted());
  return [...new Map(groups.map((group) => [group.join(' '), group])).values()];
}

/**
 * @param {string} start
 * @param {ReadonlyMap<string, ReadonlySet<string>>} imported
 */
function reachedFrom(start, imported) {
  const reached = new Set(imported.get(start));
  for (const one of reached) for (const next of imported.get(one) ?? []) reached.add(next);
  return reached;
}
