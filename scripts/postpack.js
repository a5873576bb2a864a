// Usage: node ../../scripts/postpack.js [file]...
// Takes away what prepack.js copied.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

for (const file of ['LICENSE', ...process.argv.slice(2)]) rmSync(join(process.cwd(), file), { force: true });
