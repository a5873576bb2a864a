import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/repository.js';
import { type CodeFile, codeFiles, codeFolder, isOf, writeCode } from './page-code.js';

const run = promisify(execFile);

interface TestOutcome {
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

/** A Jest of its own, as a reader's would be: the tests of all pages in one run. */
async function runShownTests(files: readonly CodeFile[]): Promise<TestOutcome['testResults']> {
  writeCode(codeFolder('testing'), files);
  const jest = [
    resolve(root, 'node_modules/jest/bin/jest.js'),
    ...['--config', resolve(root, 'test/docs/shown-tests.jest.config.js')],
    ...['--runInBand', '--json'],
  ];
  // It exits with 1, because of the tests that must fail.
  const { stdout } = await run(process.execPath, jest, { cwd: root }).catch(
    (error: unknown) => error as { stdout: string },
  );
  return (JSON.parse(stdout) as TestOutcome).testResults;
}

describe('the tests that the pages show', () => {
  const all = codeFiles();
  const tests = all.filter(isOf('test'));
  const needed = all.filter(({ page }) => tests.some((test) => test.page === page));

  it('pass, and fail when the service neither answers nor ends clean', async () => {
    const broken = needed.map(broke);
    const results = await runShownTests([...needed, ...broken]);
    const failed = results.filter(({ status }) => status === 'failed');
    expect(tests.length).toBeGreaterThan(1);
    expect(results).toHaveLength(2 * tests.length);
    expect(failed.map(({ name }) => name.includes('broken-'))).toEqual(tests.map(() => true));
    const messages = failed.map(({ message }) => message).join('\n');
    expect(messages).toMatch(/Expected: 200\s+Received: 500/);
    expect(messages).toMatch(/-\s+"exitCode": 0,\s+\+\s+"exitCode": 1,/);
  });
});

/** The same file, of a page beside its own, with a service whose handler and hook throw. */
function broke({ name, page, text }: CodeFile): CodeFile {
  const broken = text
    .replace('return { id };', `throw new Error('broken');`)
    .replace('// await this.pool.end();', `throw new Error('broken');`);
  return { name, page: `broken-${page}`, text: broken };
}
