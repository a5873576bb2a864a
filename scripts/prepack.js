// Usage: node ../../scripts/prepack.js <build target> [file]...
// Runs in a package's folder before npm packs or publishes it: a fresh build, and beside it the LICENSE of the root and
// what else of the root is named.
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.js';

const [target, ...files] = process.argv.slice(2);
if (target === undefined) throw new Error('nothing to build: name the build target of this package');

// stderr, because `npm pack --json` owns stdout
execFileSync(process.execPath, [join(root, 'scripts/build.js'), target, '--if-stale'], { stdio: ['ignore', 2, 2] });
for (const file of ['LICENSE', ...files]) copyFileSync(join(root, file), join(process.cwd(), file));
