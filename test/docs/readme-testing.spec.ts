import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/repository.js';
import { codeFiles, codeFolder, writeCode } from './readme-code.js';
import { SECTIONS } from './readme.js';

const run = promisify(execFile);

/** A Jest of its own, as a reader's would be. */
async function runReadmeTests(change: (text: string) => string): Promise<string> {
  const files = codeFiles().filter(({ section }) => section === SECTIONS.testing);
  writeCode(
    codeFolder('testing'),
    files.map(({ name, section, text }) => ({ name, section, text: change(text) })),
  );
  const jest = [
    resolve(root, 'node_modules/jest/bin/jest.js'),
    '--config',
    resolve(root, 'test/docs/readme-tests.jest.config.js'),
  ];
  const { stderr } = await run(process.execPath, [...jest, '--runInBand', '--colors=false'], { cwd: root });
  return stderr;
}

describe('the tests that the README shows', () => {
  it('pass', async () => {
    expect(await runReadmeTests((text) => text)).toMatch(/Tests: +2 passed, 2 total/);
  });

  it('fail when the service does not answer', async () => {
    const broken = runReadmeTests((text) => text.replace('return { id };', `throw new Error('broken');`));
    await expect(broken).rejects.toThrow(/Expected: 200\s+Received: 500/);
  });
});
