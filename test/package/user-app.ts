import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from '../support/repository.js';
import { npm, temporaryFolder } from './tarball.js';

export interface UserAppOptions {
  nest: 11 | 12;
  type: 'module' | 'commonjs';
  /** Whether @nestjs/config and @nestjs/terminus are installed. */
  optionalPeers: boolean;
}

const nestPackages = ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express'];
const optionalPeerPackages = ['@nestjs/config', '@nestjs/terminus'];
const otherPackages = ['reflect-metadata', 'rxjs', '@types/node'];

/**
 * Sets up an application in an empty folder outside the repository, with the tarball really installed, and compiles it
 * against the installed types. Its peers are links to what `npm ci` brought, so that no network is needed.
 * @returns its folder; the program is `dist/main.js`
 */
export function createUserApp(tarball: string, { nest, type, optionalPeers }: UserAppOptions): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user-app', private: true, type }));
  npm(`install "${tarball}" --offline --legacy-peer-deps --no-audit --no-fund`, folder);
  const nestHome = nest === 11 ? resolve(root, 'compat/nest11') : root;
  linkPackages([...nestPackages, ...(optionalPeers ? optionalPeerPackages : [])], nestHome, folder);
  linkPackages(otherPackages, root, folder);
  copyFileSync(resolve(__dirname, 'app/main.ts'), join(folder, 'main.ts'));
  copyFileSync(resolve(__dirname, 'app/tsconfig.user.json'), join(folder, 'tsconfig.json'));
  runNode(folder, [resolve(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  return folder;
}

/** Runs Node in the application's folder and returns what it prints. */
export function runNode(folder: string, args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).trim();
}

function linkPackages(names: string[], from: string, to: string): void {
  for (const name of names) {
    const link = join(to, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(from, 'node_modules', name), link, 'junction');
  }
}
