import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Config } from '@jest/types';

const buildScript = resolve(__dirname, '../../scripts/build.js');

/** Builds what is older than its sources, and returns when it is there. Throws when that fails. */
export function build(...targets: ('library' | 'programs' | 'framework' | 'demo')[]): void {
  execFileSync(process.execPath, [buildScript, ...targets, '--if-stale'], { stdio: 'inherit' });
}

/**
 * Jest's global setup of the projects that start real programs: what they run is fresh before the first test. The project
 * that is called as a target of the build needs that one too.
 */
export default function globalSetup(_all: Config.GlobalConfig, { displayName }: Config.ProjectConfig): void {
  build('library', 'programs');
  if (displayName?.name === 'framework') build('framework');
}
