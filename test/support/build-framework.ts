import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * The global setup of the project `framework`. It is a file of its own, because Jest runs one setup file once, with the
 * configuration of one of the projects that name it; and it imports none of ours, because Jest resolves no `.js` to a
 * `.ts` there.
 */
export default function globalSetup(): void {
  const buildScript = resolve(__dirname, '../../scripts/build.js');
  execFileSync(process.execPath, [buildScript, 'library', 'programs', 'framework', '--if-stale'], { stdio: 'inherit' });
}
