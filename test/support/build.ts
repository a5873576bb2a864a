import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const buildScript = resolve(__dirname, '../../scripts/build.js');

/** Builds what is older than its sources, and returns when it is there. Throws when that fails. */
export function build(
  ...targets: ('library' | 'rollout' | 'manifest-check' | 'cli' | 'programs' | 'demo' | 'fleet')[]
): void {
  execFileSync(process.execPath, [buildScript, ...targets, '--if-stale'], { stdio: 'inherit' });
}

/**
 * Jest's global setup of the projects that start real programs: what they run is fresh before the first test, so that no
 * two files build the same at once.
 */
export default function globalSetup(): void {
  build('library', 'programs', 'demo');
}
