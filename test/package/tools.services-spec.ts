import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packWorkspace } from './tarball.js';
import { createToolApp, type PackedTool } from './tool-app.js';

const TOOLS = [
  ['nestjs-lifecycle-rollout', 'libs/rollout'],
  ['nestjs-lifecycle-manifest-check', 'libs/manifest-check'],
  ['nestjs-lifecycle-cli', 'apps/cli'],
] as const;

let tools: PackedTool[];
let folder: string;

beforeAll(() => {
  tools = TOOLS.map(([name, workspace]) => ({ name, workspace, tarball: packWorkspace(name) }));
  folder = createToolApp(tools);
}, 240_000);
afterAll(() => {
  for (const { tarball } of tools) rmSync(dirname(tarball.file), { recursive: true });
  rmSync(folder, { recursive: true });
});

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).trim();
}

/** The file that the command runs. */
function command(): string {
  const installed = join(folder, 'node_modules/nestjs-lifecycle-cli');
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    readonly bin: Readonly<Record<string, string>>;
  };
  return join(installed, manifest.bin['nestjs-lifecycle'] ?? '');
}

describe('the tarballs of the tools', () => {
  it.each(TOOLS)('%s holds both builds, the documents and the sources, and no tests', (name) => {
    const contents = tools.find((tool) => tool.name === name)?.tarball.contents ?? [];
    const expected = [
      'README.md',
      'LICENSE',
      'dist/esm/index.js',
      'dist/cjs/index.js',
      'dist/cjs/package.json',
      'src/index.ts',
    ];
    expect(contents).toEqual(expect.arrayContaining(expected));
    expect(contents.filter((file) => /\.spec\./.test(file))).toEqual([]);
  });

  it.each([
    ['ES modules', '--input-type=module', `import { rehearse } from 'nestjs-lifecycle-cli';`],
    ['CommonJS', '--input-type=commonjs', `const { rehearse } = require('nestjs-lifecycle-cli');`],
  ])('give tests a rehearsal, as %s', (_format, type, load) => {
    expect(node(type, '-e', `${load} console.log(typeof rehearse)`)).toBe('function');
  });

  it('have a command that checks manifests', () => {
    writeFileSync(join(folder, 'broken.yaml'), 'kind: [');
    const file = command();
    expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { status, stdout } = spawnSync(process.execPath, [file, 'check', 'broken.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^broken\.yaml:\d+:\d+: unusable: /);
    expect(status).toBe(2);
  });

  it.each([
    ['rehearse', '--help'],
    ['check', '--explain', 'single-replica'],
  ])('have a command that ends quietly when its reader has read enough (%s %s)', async (...args) => {
    const child = spawn(process.execPath, [command(), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    // Gone before the first word: every write finds a closed pipe.
    child.stdout.destroy();
    const errors = child.stderr.setEncoding('utf8').toArray();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect({ code, errors: (await errors).join('') }).toEqual({ code: 0, errors: '' });
  });
});
