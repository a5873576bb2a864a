// Usage: node ../../scripts/prepack.js <build target> [--documents]
// Runs in a package's folder before npm packs or publishes it: a fresh build, and beside it the LICENSE of the root, or
// with --documents its README and pages too.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packedDocuments } from './packed-documents.js';
import { root } from './repository.js';

const [target, flag] = process.argv.slice(2);
if (target === undefined) throw new Error('nothing to build: name the build target of this package');

// stderr, because `npm pack --json` owns stdout
execFileSync(process.execPath, [join(root, 'scripts/build.js'), target, '--if-stale'], { stdio: ['ignore', 2, 2] });
for (const file of flag === '--documents' ? packedDocuments() : ['LICENSE']) {
  const copy = join(process.cwd(), file);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(join(root, file), copy);
}
