import { execFile, spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../usage-error.js';

const run = promisify(execFile);

const GIT_MS = 120_000;
const BUILD_MS = 15 * 60_000;
/** What of a build that failed is shown: its end. */
const SHOWN_CHARACTERS = 2000;

/** A commit as files beside the working tree. */
export interface Checkout {
  /** As in `main (1a2b3c4)`. */
  readonly name: string;
  /** What the working tree is called beside it, as `this folder (1a2b3c4, changed)`. */
  readonly hereName: string;
  /** The same folder as the one of the command, in that commit. */
  readonly cwd: string;
  remove(): Promise<void>;
}

/** Which commit, and how it is built. */
export interface CheckoutOptions {
  readonly ref: string;
  readonly cwd: string;
  /** Runs in a shell in that folder; `undefined`: nothing is built. */
  readonly build: string | undefined;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

/**
 * Checks a commit out into a temporary worktree, without running hooks, and builds it. What is there when it fails is removed.
 *
 * @throws UsageError when there is no such commit, or it cannot be built
 */
export async function checkOut(options: CheckoutOptions): Promise<Checkout> {
  const { ref, cwd, build, signal } = options;
  const top = await realpath(await git(cwd, ref, ['rev-parse', '--show-toplevel']));
  const commit = await git(cwd, ref, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  const [head, changes] = [
    await git(cwd, ref, ['rev-parse', '--short', 'HEAD']),
    await git(cwd, ref, ['status', '--porcelain', '--untracked-files=no']),
  ];
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nestjs-lifecycle-against-')));
  const remove = (): Promise<void> => removeWorktree(top, folder);
  try {
    await git(cwd, ref, ['-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--detach', '--force', folder, commit]);
    const inside = join(folder, relative(top, await realpath(cwd)));
    if (build !== undefined) await buildIn(inside, build, options);
    if (signal.aborted) throw new UsageError(`interrupted before ${ref} was built: nothing was played`);
    return {
      name: `${ref} (${commit.slice(0, 7)})`,
      hereName: `this folder (${head}${changes === '' ? '' : ', changed'})`,
      cwd: inside,
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function git(cwd: string, ref: string, args: readonly string[]): Promise<string> {
  try {
    return (await run('git', args, { cwd, timeout: GIT_MS, maxBuffer: 2 ** 26 })).stdout.trim();
  } catch (error) {
    throw new UsageError(
      `--against git:${ref}: git ${args.find((word) => !word.startsWith('-')) ?? ''} failed in ${cwd} (${reasonOf(error)}). ` +
        'Write a branch, a tag or a commit that is here, as git:main; in CI fetch it first, as with fetch-depth: 0.',
    );
  }
}

function reasonOf(error: unknown): string {
  const said: unknown = Reflect.get(Object(error), 'stderr');
  if (typeof said === 'string' && said.trim() !== '') return said.trim().split('\n').slice(-2).join(' ');
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
    ? 'git is not installed'
    : 'no such commit';
}

/** What is left is said by nobody else: a folder in the temporary ones, and an entry that git prunes. */
async function removeWorktree(top: string, folder: string): Promise<void> {
  await run('git', ['worktree', 'remove', '--force', '--force', folder], { cwd: top, timeout: GIT_MS }).catch(
    () => undefined,
  );
  await rm(folder, { recursive: true, force: true });
  await run('git', ['worktree', 'prune'], { cwd: top, timeout: GIT_MS }).catch(() => undefined);
}

/** With all that it starts, the build ends at the signal, and when its time is over. */
function buildIn(cwd: string, build: string, { ref, signal, onOutput }: CheckoutOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const isGroup = process.platform !== 'win32';
    const child = spawn(build, { cwd, shell: true, detached: isGroup, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let killedBy = '';
    const kill = (why: string) => (): void => {
      killedBy = why;
      if (isGroup && child.pid !== undefined) killGroup(child.pid);
      else child.kill('SIGKILL');
    };
    const timer = setTimeout(kill(`did not end within ${BUILD_MS / 60_000} minutes`), BUILD_MS);
    const interrupt = kill('was interrupted');
    signal.addEventListener('abort', interrupt, { once: true });
    if (signal.aborted) interrupt();
    const read = (chunk: Buffer): void => {
      output = `${output}${chunk.toString()}`.slice(-SHOWN_CHARACTERS);
      onOutput(chunk.toString());
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const end = (problem: string | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      if (problem === undefined) return resolve();
      reject(
        new UsageError(
          `--build: ${build} ${problem} in ${ref}, so that nothing was played. It said:\n${output.trim()}`,
        ),
      );
    };
    child.once('error', (error) => end(`could not be started (${error.message})`));
    child.once('close', (code, by) => {
      if (killedBy !== '') return end(killedBy);
      end(code === 0 ? undefined : `failed (${by ?? `exit code ${code}`})`);
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
