// Usage: node scripts/build.js <library | programs | demo>... [--if-stale]
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildTargets } from './build-targets.js';
import { root } from './repository.js';

const names = process.argv.slice(2).filter((argument) => argument !== '--if-stale');
const onlyIfStale = process.argv.includes('--if-stale');

if (names.length === 0) throw new Error(`nothing to build: name ${Object.keys(buildTargets).join(' or ')}`);

for (const name of names) {
  const target = buildTargets[name];
  if (target === undefined)
    throw new Error(`unknown build target "${name}": ${Object.keys(buildTargets).join(' or ')}`);
  if (onlyIfStale && isFresh(target)) continue;
  console.log(`building ${name}`);
  await target.build();
}

/** @param {import('./build-targets.js').BuildTarget} target */
function isFresh({ stamp, sources }) {
  const stampFile = join(root, stamp);
  if (!existsSync(stampFile)) return false;
  const builtAt = statSync(stampFile).mtimeMs;
  return sources.every((source) => newestChange(join(root, source)) <= builtAt);
}

/**
 * A folder's own time counts too: it moves when a file is deleted.
 * @param {string} path
 * @returns {number}
 */
function newestChange(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((entry) => newestChange(join(path, entry))));
}
