import { resolve } from 'node:path';
import { type Rehearsal, type RehearsalOptions, resolveScenario } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { checkOut } from './commit-checkout.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** What a rehearsal is compared with. */
export interface Against {
  /** As it is said before it is played. */
  readonly name: string;
  /** What is played of it: the same as `played`, with its seed. */
  options(played: RehearsalOptions, seed: number): RehearsalOptions;
  /** Names both runs where their command does not tell them apart. */
  named(run: Rehearsal, isHere: boolean): Rehearsal;
  /** Removes what was made for it. */
  close(): Promise<void>;
}

/** What everything that is made for a comparison needs. */
export interface AgainstStage {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

const COMMIT = 'git:';

/**
 * Prepares what `--against` names: another command, or a commit, which is checked out and built before anything is played.
 *
 * @throws UsageError, InvalidScenarioError when it cannot be played
 */
export async function openAgainst(
  options: RehearsalOptions,
  flags: RehearseFlags,
  stage: AgainstStage,
): Promise<Against | undefined> {
  const { against, build } = flags;
  const isCommit = against?.startsWith(COMMIT) === true;
  if (build !== undefined && !isCommit)
    throw new UsageError(`--build ${build} builds the commit of --against: write it as --against git:main`);
  if (against === undefined) return undefined;
  if (isCommit) return openCommit(options, { ref: against.slice(COMMIT.length), flags }, stage);
  const other = ({ nextCommand: _same, ...others }: RehearsalOptions): RehearsalOptions => {
    return { ...others, command: against };
  };
  resolveScenario(other(options));
  return {
    name: against,
    options: (played, seed) => ({ ...other(played), seed }),
    named: (run) => run,
    close: () => Promise.resolve(),
  };
}

/** The same command with the same load and settings, in the files of a commit. */
async function openCommit(
  options: RehearsalOptions,
  { ref, flags }: { readonly ref: string; readonly flags: RehearseFlags },
  { terminal, signal }: AgainstStage,
): Promise<Against> {
  if (ref === '')
    throw new UsageError('--against git: names no commit: write a branch, a tag or a commit, as git:main');
  resolveScenario(options);
  const own = options.cwd ?? terminal.cwd;
  refuseOwnFiles(options, own);
  if (!flags.quiet)
    terminal.stdout.write(`checking out ${ref}${flags.build === undefined ? '' : `: ${flags.build}`}\n`);
  const checkout = await checkOut({
    ref,
    cwd: own,
    build: flags.build,
    signal,
    onOutput: (text) => {
      if (!flags.quiet) terminal.stdout.write(text);
    },
  });
  return {
    name: checkout.name,
    options: (played, seed) => ({ ...played, cwd: checkout.cwd, seed }),
    named: (run, isHere) => ({ ...run, name: isHere ? checkout.hereName : checkout.name }),
    close: () => checkout.remove(),
  };
}

/** A path from the root names the same file in both: the commit would be compared with itself. */
function refuseOwnFiles({ command, nextCommand }: RehearsalOptions, cwd: string): void {
  const words = [command, nextCommand ?? []].flatMap((one) => (typeof one === 'string' ? one.split(' ') : one));
  const own = words.find((word) => word.startsWith(`${resolve(cwd)}/`));
  if (own === undefined) return;
  throw new UsageError(
    `${own} is this folder's in both runs: write it from the folder, as ${own.slice(resolve(cwd).length + 1)}`,
  );
}
