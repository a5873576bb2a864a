import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a file loads when it runs: everything that it imports or exports from elsewhere, but types. */
const LOADED =
  /^(?:import|export)\s+(?!type\b)[^;]*?\bfrom '([^']+)'|^import '([^']+)'|\b(?:import|require|mock)\('([^']+)'/gm;
const NEST = /^(?:@nestjs\/|rxjs(?:\/|$)|reflect-metadata|nestjs-lifecycle)/;

/**
 * Tells whether a source, or a source that it loads, loads a package of Nest or what Nest brings along, or asks for the major. The
 * library by its name counts too.
 * @param {string} root the folder that paths start from
 */
export function nestFinder(root) {
  /** By path; false also while it is looked at, so that a circle ends. @type {Map<string, boolean>} */
  const known = new Map();
  /** @param {string} file from the root */
  const loadsNest = (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    known.set(file, false);
    const text = readFileSync(join(root, file), 'utf8');
    const loaded = [...text.matchAll(LOADED)].map(([, a, b, c]) => a ?? b ?? c ?? '');
    const found =
      text.includes('NEST_MAJOR') ||
      loaded.some((name) => NEST.test(name) || (name.startsWith('.') && sourcesOf(file, name).some(loadsNest)));
    known.set(file, found);
    return found;
  };
  /**
   * @param {string} file
   * @param {string} name
   */
  const sourcesOf = (file, name) =>
    [join(file, '..', name), join(file, '..', name.replace(/\.js$/, '.ts'))].filter((path) =>
      existsSync(join(root, path)),
    );
  return loadsNest;
}
