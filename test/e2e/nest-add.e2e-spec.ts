import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/repository.js';

const run = promisify(execFile);
const packages = join(root, 'node_modules');

let project: string;

async function node(script: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [join(packages, script), ...args], {
    cwd: project,
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  });
  return stdout + stderr;
}

const schematics = '@angular-devkit/schematics-cli/bin/schematics.js';
const nest = '@nestjs/cli/bin/nest.js';
const text = (path: string): Promise<string> => readFile(join(project, 'src', path), 'utf8');

/** A project as Nest's own schematic makes it, with what its installation would bring. */
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'nest-add-'));
  await mkdir(join(project, 'node_modules', 'nestjs-lifecycle'), { recursive: true });
  for (const name of ['@nestjs', '@angular-devkit', 'typescript']) {
    await symlink(join(packages, name), join(project, 'node_modules', name));
  }
  for (const part of ['package.json', 'schematics', 'dist']) {
    await cp(join(root, 'libs/lifecycle', part), join(project, 'node_modules/nestjs-lifecycle', part), {
      recursive: true,
    });
  }
  const made = ['--name=.', '--directory=.', '--language=ts', '--package-manager=npm', '--dry-run=false'];
  await node(schematics, '@nestjs/schematics:application', ...made);
});

afterEach(() => rm(project, { recursive: true, force: true }));

describe('nest add nestjs-lifecycle, by the CLI of Nest', () => {
  it('changes a new project once, and shows what', async () => {
    const first = await node(nest, 'add', 'nestjs-lifecycle', '--skip-install');
    expect(first).toMatch(/^\s*\+\s+imports: \[GracefulShutdownModule\.forRoot\(\)\],$/m);
    expect(first).toMatch(/^\s*\+\s+app\.enableShutdownHooks\(\);$/m);
    const written = [await text('main.ts'), await text('app.module.ts')];
    expect(written[0]).toMatch(/create\(AppModule\);\r?\n\s+app\.enableShutdownHooks\(\);/);
    expect(written[1]).toContain("import { GracefulShutdownModule } from 'nestjs-lifecycle';");
    const second = await node(nest, 'add', 'nestjs-lifecycle', '--skip-install');
    expect(second).toContain('/src/main.ts has it already.');
    expect([await text('main.ts'), await text('app.module.ts')]).toEqual(written);
  });
});
