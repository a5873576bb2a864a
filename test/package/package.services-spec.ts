import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { packedDocuments } from '../../scripts/packed-documents.js';
import { brokenLinks } from '../docs/links.js';
import { HttpClient } from '../support/http-client.js';
import { startFile } from '../support/program.js';
import { packLibrary, type Tarball } from './tarball.js';
import { createUserApp, runNode, type UserAppOptions } from './user-app.js';

let tarball: Tarball;

beforeAll(() => {
  tarball = packLibrary();
});
afterAll(() => rmSync(dirname(tarball.file), { recursive: true }));

describe('the tarball', () => {
  it('holds the manifest, the documents, both builds and the sources', () => {
    expect(tarball.contents).toEqual(
      expect.arrayContaining([
        'package.json',
        'dump.schema.json',
        'health.schema.json',
        'report.schema.json',
        ...packedDocuments(),
        'dist/esm/index.js',
        'dist/esm/index.d.ts',
        'dist/cjs/index.js',
        'dist/cjs/index.d.ts',
        'dist/cjs/package.json',
        'src/index.ts',
      ]),
    );
  });

  it('holds no tests', () => {
    expect(tarball.contents.filter((file) => /\.spec\./.test(file))).toEqual([]);
  });
});

const apps: [string, UserAppOptions][] = [
  ['a Nest 12 app of ES modules', { nest: 12, type: 'module', optionalPeers: true }],
  ['a Nest 11 app of CommonJS', { nest: 11, type: 'commonjs', optionalPeers: true }],
  ['an app without the optional peers', { nest: 12, type: 'module', optionalPeers: false }],
];

/** The documents of the installed package, by their paths in it. */
function installedDocuments(folder: string): Map<string, string> {
  const installed = join(folder, 'node_modules/nestjs-lifecycle');
  const paths = tarball.contents.filter((path) => path.endsWith('.md'));
  return new Map(paths.map((path) => [path, readFileSync(join(installed, path), 'utf8')]));
}

describe.each(apps)('the installed package in %s', (_name, options) => {
  const format = options.type === 'module' ? 'esm' : 'cjs';
  let folder: string;

  beforeAll(() => {
    folder = createUserApp(tarball.file, options);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is loaded in the format of the app, with all its exports', () => {
    const load =
      format === 'esm'
        ? `import * as lifecycle from 'nestjs-lifecycle'; const file = import.meta.resolve('nestjs-lifecycle')`
        : `const lifecycle = require('nestjs-lifecycle'), file = require.resolve('nestjs-lifecycle')`;
    const script = `${load}; console.log(JSON.stringify({ file, names: Object.keys(lifecycle) }))`;
    const inputType = format === 'esm' ? '--input-type=module' : '--input-type=commonjs';
    const { file, names } = JSON.parse(runNode(folder, [inputType, '-e', script])) as { file: string; names: string[] };
    expect(file.replaceAll('\\', '/')).toContain(`/node_modules/nestjs-lifecycle/dist/${format}/index.js`);
    expect(names).toEqual(
      expect.arrayContaining([
        'GracefulShutdown',
        'GracefulShutdownModule',
        'InFlightInterceptor',
        'LeavingSignal',
        'LongLived',
        'OnGracefulShutdown',
        'ShutdownSignal',
      ]),
    );
  });

  it('has documents whose links lead to what is in the package', () => {
    const documents = installedDocuments(folder);
    expect(documents.size).toBeGreaterThan(70);
    expect(brokenLinks(documents, (path) => tarball.contents.includes(path))).toEqual([]);
  });

  it('has source maps that lead to its sources', () => {
    const dist = join(folder, 'node_modules/nestjs-lifecycle/dist', format);
    const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js.map'));
    expect(maps.length).toBeGreaterThan(0);
    const sources = maps.flatMap((map) => {
      const { sources: paths } = JSON.parse(readFileSync(join(dist, map), 'utf8')) as { sources: string[] };
      return paths.map((path) => resolve(dist, dirname(map), path));
    });
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });

  it('shuts the app down by SIGTERM: the hook runs, the exit code is 0', async () => {
    const program = startFile(join(folder, 'dist/main.js'), { args: options.optionalPeers ? ['--health'] : [] });
    const client = new HttpClient(await program.url());
    if (options.optionalPeers) expect(await client.request({ path: '/health/ready' })).toMatchObject({ status: 200 });
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({
      code: 0,
      signal: null,
      output: expect.stringContaining('closing the ledger: closing, SIGTERM, in time') as string,
    });
    client.close();
  });
});
