// Runs in a package's folder before npm packs or publishes it: a fresh build, and the root's README and LICENSE beside it.
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.js';

// stderr, because `npm pack --json` owns stdout
execFileSync(process.execPath, [join(root, 'scripts/build.js'), 'library', '--if-stale'], { stdio: ['ignore', 2, 2] });
for (const file of ['README.md', 'LICENSE']) copyFileSync(join(root, file), join(process.cwd(), file));
