import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packLibrary, type Tarball, temporaryFolder } from '../package/tarball.js';
import { addLifecycle, type InstallProjectName, writeProject } from '../support/install-projects.js';
import { itNeeds } from '../support/machine.js';
import { lockfileOf, npmRegistry, PackageManagers, type PackageManagerName } from '../support/package-managers.js';
import { startFile } from '../support/program.js';

/** npm refuses what does not fit, so it gets every project, the largest by its oldest and its newest. The others mostly warn. */
const matrix: [InstallProjectName, PackageManagerName[]][] = [
  ['Nest 11 that only a framework brings', ['npm 9', 'npm 11']],
  ['a workspace with Nest 11 and Nest 12', ['npm 11', 'pnpm', 'Yarn Berry', 'Bun']],
  ['Nest 11', ['npm 9', 'Yarn classic']],
  ['Nest 12', ['npm 10']],
];

let tarball: Tarball;
let managers: PackageManagers;
const folders: string[] = [];

beforeAll(() => {
  if (!npmRegistry.isAvailable) return;
  tarball = packLibrary();
  folders.push(dirname(tarball.file));
  managers = new PackageManagers(temporaryFolder());
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  if (npmRegistry.isAvailable) managers.remove();
});

function projectOf(name: InstallProjectName): string {
  const folder = writeProject(name);
  folders.push(folder);
  return folder;
}

describe.each(matrix)('the packed package, in a project with %s,', (project, names) => {
  for (const name of names) {
    itNeeds(npmRegistry, `is installed by ${name}, which says nothing against its peers`, async () => {
      const folder = projectOf(project);
      // Where the package comes last, there is a lock file already: npm does not move what is in it.
      if (project === 'Nest 11 that only a framework brings') expectResolved(await managers.resolve(name, folder));
      addLifecycle(project, folder, tarball.file);
      const { output } = expectResolved(await managers.resolve(name, folder));
      expect(readFileSync(join(folder, lockfileOf(name)), 'utf8')).toContain('nestjs-lifecycle');
      expect(complaints(output)).toEqual([]);
    });
  }
});

describe('on Nest 10, the packed package', () => {
  itNeeds(npmRegistry, 'is refused by npm', async () => {
    const folder = projectOf('Nest 10');
    addLifecycle('Nest 10', folder, tarball.file);
    expect(await managers.resolve('npm 11', folder)).toMatchObject({
      isRefused: true,
      output: expect.stringMatching(/ERESOLVE[^]*nestjs-lifecycle/) as string,
    });
  });

  itNeeds(npmRegistry, 'ends the start, where it was installed all the same, with the versions that work', async () => {
    const folder = projectOf('Nest 10');
    addLifecycle('Nest 10', folder, tarball.file);
    expectResolved(await managers.installAnyway(folder));
    for (const [file, source] of Object.entries(applications)) {
      writeFileSync(join(folder, file), source);
      const { code, output } = await startFile(join(folder, file)).exit;
      expect(code).toBe(1);
      expect(output).toContain(
        'nestjs-lifecycle works with Nest 11 (from 11.0.0) and Nest 12, and this application runs on another',
      );
      expect(output).not.toMatch(/TypeError|SyntaxError/);
    }
  });
});

const body = `
class AppModule {}
Module({ imports: [GracefulShutdownModule.forRoot()] })(AppModule);
NestFactory.create(AppModule).then((app) => app.listen(0));`;
const applications = {
  'main.cjs': `require('reflect-metadata');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { GracefulShutdownModule } = require('nestjs-lifecycle');${body}`,
  'main.mjs': `import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdownModule } from 'nestjs-lifecycle';${body}`,
};

function expectResolved(resolution: { isRefused: boolean; output: string }) {
  if (resolution.isRefused) throw new Error(`the package manager refused: ${resolution.output}`);
  return resolution;
}

/** The warnings about peers of this package, in the words of each package manager. */
function complaints(output: string): string[] {
  return output.split('\n').filter((line) => line.includes('nestjs-lifecycle') && /peer|provide|satisf/i.test(line));
}
