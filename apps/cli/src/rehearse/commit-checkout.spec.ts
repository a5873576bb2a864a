import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkout, checkOut, type CheckoutOptions } from './commit-checkout.js';

let repository: string;
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: repository, encoding: 'utf8' });

beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'checkout-'));
  git('init', '--quiet', '--initial-branch=main');
  await mkdir(join(repository, 'service'));
  await writeFile(join(repository, 'service/main.js'), 'old\n');
  await mkdir(join(repository, '.git/hooks'), { recursive: true });
  await writeFile(join(repository, '.git/hooks/post-checkout'), '#!/bin/sh\ntouch hooked\n', { mode: 0o755 });
  git('add', '.');
  git('commit', '--quiet', '--message=old');
  git('tag', 'old');
  await writeFile(join(repository, 'service/main.js'), 'new\n');
});
afterAll(() => rm(repository, { recursive: true, force: true }));

const open: Checkout[] = [];
afterEach(async () => {
  for (const checkout of open.splice(0)) await checkout.remove();
});

async function checkedOut(options: Partial<CheckoutOptions> = {}): Promise<Checkout> {
  const { signal } = new AbortController();
  const cwd = join(repository, 'service');
  const checkout = await checkOut({ ref: 'old', cwd, build: undefined, signal, onOutput: () => undefined, ...options });
  open.push(checkout);
  return checkout;
}

/** Those of git, and the one of the working tree. */
const worktrees = (): number => git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length ?? 0;

describe('a commit that is checked out beside the working tree', () => {
  it('has the files of the commit in the same folder, runs no hook, and says what is compared', async () => {
    const { cwd, name, hereName } = await checkedOut();
    expect(await readFile(join(cwd, 'main.js'), 'utf8')).toBe('old\n');
    expect(existsSync(join(cwd, '../hooked'))).toBe(false);
    expect(name).toMatch(/^old \([0-9a-f]{7}\)$/);
    expect(hereName).toMatch(/^this folder \([0-9a-f]{7,}, changed\)$/);
    expect(await readFile(join(repository, 'service/main.js'), 'utf8')).toBe('new\n');
  });

  it('is built there, in a shell', async () => {
    let said = '';
    const build = 'echo building && pwd > built';
    const { cwd } = await checkedOut({ build, onOutput: (text) => (said += text) });
    expect((await readFile(join(cwd, 'built'), 'utf8')).trim()).toBe(cwd);
    expect(said).toBe('building\n');
  });

  it('leaves nothing behind', async () => {
    const checkout = await checkedOut();
    expect(worktrees()).toBe(2);
    await checkout.remove();
    expect(existsSync(checkout.cwd)).toBe(false);
    expect(worktrees()).toBe(1);
  });

  it('leaves nothing behind where the build fails, and says the end of what it said', async () => {
    await expect(checkedOut({ build: 'echo no such module >&2; exit 3' })).rejects.toThrow(
      /failed \(exit code 3\) in old, so that nothing was played\. It said:\nno such module$/,
    );
    expect(worktrees()).toBe(1);
  });

  it('ends a build with all that it has started when it is interrupted', async () => {
    const { signal, abort } = interruptible();
    const waiting = checkedOut({ build: 'echo started; sleep 600 & wait', signal, onOutput: abort });
    await expect(waiting).rejects.toThrow('was interrupted in old');
    expect(worktrees()).toBe(1);
  });

  it.each(['nowhere', '--upload-pack=x', ''])('says what to type for %j', async (ref) => {
    await expect(checkedOut({ ref })).rejects.toThrow(/Write a branch, a tag or a commit that is here, as git:main/);
    expect(worktrees()).toBe(1);
  });
});

function interruptible(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
