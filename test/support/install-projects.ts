import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Dependencies = Record<string, string>;

/** A project that this package is added to: its files, and which of them get the dependency. */
export interface InstallProject {
  /** The dependencies of each `package.json`, by its folder; the first is the root. */
  readonly packages: Record<string, Dependencies>;
  /** The folders whose `package.json` get this package as a dependency. */
  readonly users: readonly string[];
}

const nest = (range: string): Dependencies => ({
  '@nestjs/common': range,
  '@nestjs/core': range,
  '@nestjs/platform-express': range,
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.1',
});

/** Projects of every kind that this package must install in, and Nest 10, which it must not. */
export const installProjects = {
  'Nest 11': { packages: { '.': nest('^11.0.0') }, users: ['.'] },
  'Nest 12': { packages: { '.': nest('^12.0.1') }, users: ['.'] },
  'Nest 11 that only a framework brings': { packages: { '.': { '@vendure/core': '3.7.3' } }, users: ['.'] },
  'a workspace with Nest 11 and Nest 12': {
    packages: { '.': {}, 'apps/api': nest('^11.0.0'), 'apps/worker': nest('^12.0.1') },
    users: ['apps/api', 'apps/worker'],
  },
  'Nest 10': { packages: { '.': nest('^10.4.0') }, users: ['.'] },
} satisfies Record<string, InstallProject>;

export type InstallProjectName = keyof typeof installProjects;

/** Writes a project into an empty folder, still without this package. @returns the folder */
export function writeProject(name: InstallProjectName): string {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-lifecycle-project-'));
  const { packages }: InstallProject = installProjects[name];
  for (const [path, dependencies] of Object.entries(packages)) writePackage(folder, path, dependencies);
  if (hasWorkspaces(name)) writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages: [apps/*]\n');
  writeFileSync(join(folder, 'yarn.lock'), ''); // Yarn Berry looks for its project in the folders above without one
  return folder;
}

/** Adds this package, as a tarball, to the dependencies of a project. */
export function addLifecycle(name: InstallProjectName, folder: string, tarball: string): void {
  const { packages, users }: InstallProject = installProjects[name];
  for (const path of users) writePackage(folder, path, { ...packages[path], 'nestjs-lifecycle': `file:${tarball}` });
}

function hasWorkspaces(name: InstallProjectName): boolean {
  return Object.keys(installProjects[name].packages).length > 1;
}

function writePackage(folder: string, path: string, dependencies: Dependencies): void {
  const file = join(folder, path, 'package.json');
  const isWorkspaceRoot = path === '.' && Object.keys(dependencies).length === 0;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({
      name: path === '.' ? 'shop' : path.replaceAll('/', '-'),
      version: '1.0.0',
      private: true,
      ...(isWorkspaceRoot && { workspaces: ['apps/*'] }),
      dependencies,
    }),
  );
}
