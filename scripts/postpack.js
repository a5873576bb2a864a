// Takes away what prepack.js copied.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

for (const file of ['README.md', 'LICENSE']) rmSync(join(process.cwd(), file), { force: true });
