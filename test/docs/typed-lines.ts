import { execFile, type PromiseWithChild, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type Capability } from '../support/machine.js';
import { page } from './pages.js';

const run = promisify(execFile);

/** What a reader needs to type the curl lines of a page. */
export const curl: Capability = {
  name: 'curl and a POSIX shell',
  isAvailable: spawnSync('sh', ['-c', 'curl --version'], { stdio: 'ignore' }).status === 0,
};

/** The pages whose curl lines are run by a test. */
export const TYPED_PAGES = ['README', 'demo'];

/** The curl lines of a page, in order. */
export function curlLines(name: string): string[] {
  return page(name)
    .blocks.filter(({ kind }) => kind === 'sh')
    .flatMap(({ text }) => text.trim().split('\n'))
    .filter((line) => line.startsWith('curl '));
}

/** Types a line as a reader would, but for the port, and returns what is printed. */
export async function typeLine(line: string, url: string): Promise<string> {
  return (await startLine(line, url)).stdout;
}

/** The same, for one that goes on. */
export function startLine(line: string, url: string): PromiseWithChild<{ stdout: string }> {
  const command = line
    .replace('http://localhost:3000', url)
    .replace('curl ', 'exec curl --silent --show-error --noproxy "*" ');
  return run('sh', ['-c', command], { encoding: 'utf8' });
}
