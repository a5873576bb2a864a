import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, startFile } from '../support/program.js';
import { parsePrintedSettings } from 'nestjs-lifecycle-manifest-check';
import { root } from '../support/repository.js';

/** A folder with the built library and nothing else: whatever it imports beside Node is missing. */
let folder: string;

/** A script that an `import` or a `require` of the library stands above. */
const SCRIPT = `
const lifecycle = startLifecycle({ gracePeriod: '20s' });
lifecycle.onShutdown('pool', () => { console.log('the pool is closed'); if (process.env.BROKEN) throw new Error('broken pool'); });
let go = () => undefined;
const answer = new Promise((resolve) => { go = resolve; });
const stay = setInterval(() => undefined, 1000);
lifecycle.track('import', async () => { await answer; console.log('the import is done'); clearInterval(stay); });
lifecycle.signal.addEventListener('abort', () => { console.log('leaving'); setImmediate(go); });
console.log('started');
if (process.env.ENDS) go();
`;
const HEADS = {
  mjs: "import { startLifecycle } from 'nestjs-lifecycle/standalone';",
  cjs: "const { startLifecycle } = require('nestjs-lifecycle/standalone');",
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'standalone-'));
  const library = join(folder, 'node_modules/nestjs-lifecycle');
  mkdirSync(library, { recursive: true });
  for (const part of ['package.json', 'dist']) {
    cpSync(join(root, 'libs/lifecycle', part), join(library, part), { recursive: true });
  }
  for (const [format, head] of Object.entries(HEADS)) writeFileSync(join(folder, `script.${format}`), head + SCRIPT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (format: keyof typeof HEADS, env: Record<string, string> = {}): Program =>
  startFile(join(folder, `script.${format}`), { env });

describe('a script without Nest', () => {
  it('has no package to load', () => {
    const { resolve } = createRequire(join(folder, 'script.cjs'));
    expect(() => resolve('nestjs-lifecycle/standalone')).not.toThrow();
    for (const name of ['@nestjs/common', '@nestjs/core', 'rxjs', 'reflect-metadata'])
      expect(() => resolve(name)).toThrow();
  });

  it.each(['mjs', 'cjs'] as const)(
    'as %s: finishes tracked work at SIGTERM, runs its hooks, reports, and exits with 0',
    async (format) => {
      const program = start(format);
      await program.waitForLine(/^started$/);
      await program.waitForLine(/phase ready/);
      program.signal('SIGTERM');
      const { code, signal, output } = await program.exit;
      expect([code, signal]).toEqual([0, null]);
      expect(output).toMatch(
        /shutting down: SIGTERM, 1 in flight[^]*leaving[^]*the import is done[^]*the pool is closed[^]*stopped clean after .*1 of 1 hooks done; exit code 0/,
      );
    },
  );

  it('exits with 1 where a hook fails, by a signal or because no work is left', async () => {
    const program = start('mjs', { BROKEN: '1' });
    await program.waitForLine(/phase ready/);
    program.signal('SIGTERM');
    const ended = start('cjs', { BROKEN: '1', ENDS: '1' });
    for (const { code, output } of [await program.exit, await ended.exit]) {
      expect([code, output.includes('the import is done')]).toEqual([1, true]);
      expect(output).toMatch(/stopped failed after .*broken pool/);
    }
  });

  it('prints its settings in place of starting', async () => {
    const { code, output } = await start('mjs', { SHUTDOWN_PRINT_SETTINGS: '1' }).exit;
    expect(code).toBe(0);
    expect(parsePrintedSettings(output)).toMatchObject({ settings: { gracePeriodMs: 20_000 } });
    expect(output).not.toContain('started');
  });

  it('prints its plan in place of starting, as a table and as JSON', async () => {
    const { code, output } = await start('cjs', { SHUTDOWN_PRINT_PLAN: '1' }).exit;
    expect(code).toBe(0);
    expect(output).toMatch(/^#  priority  what[^]*^\d+ +50 +hook pool +register\('pool', …\)$/m);
    expect(output).not.toMatch(/grace period|phase ready/);
    const { output: json } = await start('mjs', { SHUTDOWN_PRINT_PLAN: 'json' }).exit;
    expect(json).toContain('"format":"nestjs-lifecycle/plan"');
  });
});
