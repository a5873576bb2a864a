import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpClient } from '../support/http-client.js';
import { NESTS } from '../support/program-kinds.js';
import { type Program, startProgram } from '../support/program.js';
import { root } from '../support/repository.js';
import { stepsOf } from '../support/service.js';

/** The library as the programs of each Nest find it, the format that they do not load, and the one that they do. */
const LIBRARIES = {
  11: { library: join(root, 'compat/nest11/dist/node_modules/nestjs-lifecycle'), other: 'esm', same: 'cjs' },
  12: { library: join(root, 'libs/lifecycle'), other: 'cjs', same: 'esm' },
} as const;

const SEEN = {
  isTheSame: true,
  phase: 'ready',
  readiness: { readiness: { status: 'up' } },
  liveness: { liveness: { status: 'up' } },
  startup: { startup: { status: 'up' } },
};
const OWN_ERRORS = { base: true, options: true, hook: true };

type Way = 'imported' | 'late' | 'hooks' | 'module';

describe.each(NESTS)('two copies of the library in one process on Nest %i', (nest) => {
  const { library, other, same } = LIBRARIES[nest];
  const copyIn = (folder: string, format: string): string => join(folder, 'dist', format, 'index.js');
  const start = (way: Way, copy: string, nodeArgs: string[] = []): Program =>
    startProgram('two-copies', { nest, nodeArgs, env: { PLUGIN: way, COPY: copy } });

  describe('of one version, as ES module and as CommonJS', () => {
    const copy = copyIn(library, other);

    it.each([
      ['after', []],
      ['before', ['--require', copy]],
    ])('inject each other, when the plugin is loaded %s the application', async (_when, nodeArgs) => {
      const program = start('imported', copy, nodeArgs);
      const answer = await new HttpClient(await program.url()).request({ path: '/plugin' });
      expect(answer).toMatchObject({ outcome: 'ok', status: 200 });
      expect(JSON.parse(answer.body)).toMatchObject(SEEN);
      program.signal('SIGTERM');
      const exit = await program.exit;
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(stepsOf(exit)).toEqual(['plugin.leave']);
      expect(resultOf(exit.output, 'errors')).toEqual(OWN_ERRORS);
      expect(exit.output).not.toContain('several versions');
    });

    it('inject each other, when the plugin is loaded lazily', async () => {
      const program = start('late', copy);
      await program.url();
      expect(resultOf(program.output, 'seen')).toMatchObject(SEEN);
    });

    it('count as one module that is imported twice', async () => {
      const exit = await start('module', copy).exit;
      expect(exit.code).toBe(1);
      expect(resultOf(exit.output, 'failed')).toMatchObject({ code: 'DUPLICATE_IMPORT' });
    });
  });

  describe('of two versions', () => {
    let folder: string;
    let copy: string;

    beforeAll(() => {
      folder = mkdtempSync(join(library, '../other-version-'));
      for (const part of ['package.json', 'dist']) cpSync(join(library, part), join(folder, part), { recursive: true });
      giveVersion(join(folder, 'dist', same), '99.0.0');
      copy = copyIn(folder, same);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const warning = /NESTJS_LIFECYCLE_SEVERAL_VERSIONS.* \d+\.\d+\.\d+ and 99\.0\.0\. .*npm dedupe/;

    it('an injected class says which two there are, and what to do', async () => {
      const exit = await start('imported', copy).exit;
      expect(exit.code).toBe(1);
      expect(exit.output).toMatch(warning);
      expect(resultOf(exit.output, 'failed')).toMatchObject({
        code: 'SEVERAL_VERSIONS',
        message: expect.stringMatching(/^\w+ of nestjs-lifecycle 99\.0\.0 is injected.*npm dedupe/) as string,
      });
    });

    it('a plugin that is loaded lazily brings the warning beside the error of Nest', async () => {
      const program = start('late', copy);
      await program.waitForLine(/^failed: /);
      await program.waitForLine(warning);
    });

    it('run each other’s hooks, with a warning', async () => {
      const program = start('hooks', copy);
      await program.url();
      program.signal('SIGTERM');
      const exit = await program.exit;
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(stepsOf(exit)).toEqual(['plugin.leave']);
      expect(exit.output).toContain('several versions');
    });

    it('count as one module that is imported twice', async () => {
      const exit = await start('module', copy).exit;
      expect(exit.code).toBe(1);
      expect(resultOf(exit.output, 'failed')).toMatchObject({ code: 'DUPLICATE_IMPORT' });
    });
  });
});

/** Puts a version in the place of that which the built library has in one of its files. */
function giveVersion(dist: string, version: string): void {
  const written = /VERSION = '[^']*'/;
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((name) => join(dist, name));
  const file = files.find((name) => name.endsWith('.js') && written.test(readFileSync(name, 'utf8')));
  if (file === undefined) throw new Error(`no file of ${dist} has the version`);
  writeFileSync(file, readFileSync(file, 'utf8').replace(written, `VERSION = '${version}'`));
}

/** What the program has printed as JSON after this word. */
function resultOf(output: string, word: string): unknown {
  const line = new RegExp(`^${word}: (\\{.*\\})$`, 'm').exec(output)?.[1];
  if (line === undefined) throw new Error(`the program has not printed ${word}\n${output}`);
  return JSON.parse(line);
}
