import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../support/repository.js';
import { temporaryFolder, type Tarball } from './tarball.js';

/** A tarball, and the workspace it was packed from. */
export interface PackedTool {
  readonly name: string;
  readonly workspace: string;
  readonly tarball: Tarball;
}

/**
 * An empty folder outside the repository with these tarballs in its node_modules. What they depend on are links to what
 * `npm ci` brought, so that no network is needed.
 */
export function createToolApp(tools: readonly PackedTool[]): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user-app', private: true }));
  for (const { name, tarball } of tools) {
    const target = join(folder, 'node_modules', name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', tarball.file, '-C', target, '--strip-components=1']);
  }
  for (const { workspace } of tools) linkDependencies(workspace, folder);
  return folder;
}

function linkDependencies(workspace: string, folder: string): void {
  const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(folder, 'node_modules', name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    const own = join(root, workspace, 'node_modules', name);
    symlinkSync(existsSync(own) ? own : join(root, 'node_modules', name), link, 'junction');
  }
}
