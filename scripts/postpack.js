// Usage: node ../../scripts/postpack.js [--documents]
// Takes away what prepack.js copied.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const copied = process.argv[2] === '--documents' ? ['LICENSE', 'README.md', 'docs'] : ['LICENSE'];
for (const file of copied) rmSync(join(process.cwd(), file), { force: true, recursive: true });
