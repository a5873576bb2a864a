import {
  type Command,
  playRehearsal as play,
  playWorkloads as playTogether,
  type Rehearsal,
  type RehearsalOptions,
  type RehearsalWatch,
  type Verdict,
  type WorkloadsOptions,
  type WorkloadsWatch,
} from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { isPlayedAsWorker, withCommand } from './image-command.js';
import { ownWords } from './own-words.js';
import { readManifest } from './read-manifest.js';
import { servicePhase } from './service-phase.js';

/** Options of a rehearsal, or manifests that say them; what stands beside those wins. */
export type RehearseOptions = RehearsalOptions | ManifestRehearsal;

/** A rehearsal of what manifests describe, as `--manifest` plays it. */
export interface ManifestRehearsal extends Omit<RehearsalOptions, 'command'> {
  /** Files and folders, from `cwd`. */
  readonly manifest: string | readonly string[];
  /** Which Deployment, where the manifests hold several. */
  readonly workload?: string;
  /** Needed where the manifests leave it to the image. */
  readonly command?: Command;
}

/**
 * Plays a rolling update of a service under load and says what was lost, and why. Knows the phases of services with
 * nestjs-lifecycle by their log.
 *
 * @throws InvalidScenarioError listing every problem of the options
 * @throws UsageError when manifests cannot be used
 * @throws LoadSourceError when requests cannot be read
 * @throws StartFailure when the service does not come up
 */
export async function rehearse(options: RehearseOptions, watch: RehearsalWatch = {}): Promise<Verdict> {
  return (await playRehearsal(options, watch)).verdict;
}

/** As {@link rehearse}, with everything that happened: what reports are made of. */
export async function playRehearsal(options: RehearseOptions, watch: RehearsalWatch = {}): Promise<Rehearsal> {
  const whole = { phaseOf: servicePhase, ...watch };
  if (!('manifest' in options)) return withOwnWords(await play(options, whole));
  const { notes, ...written } = await withManifest(options);
  return withNotes(await withOwnWords(await play(written.options, whole)), notes);
}

/**
 * Plays several workloads together, as {@link playRehearsal} plays one.
 *
 * @throws InvalidScenarioError listing every problem of the options
 * @throws StartFailure when a service does not come up
 */
export async function playWorkloads(options: WorkloadsOptions, watch: WorkloadsWatch = {}): Promise<Rehearsal> {
  return withOwnWords(await playTogether(options, { phaseOf: servicePhase, ...watch }));
}

/** As {@link playWorkloads}, with the verdict alone. */
export async function rehearseWorkloads(options: WorkloadsOptions, watch: WorkloadsWatch = {}): Promise<Verdict> {
  return (await playWorkloads(options, watch)).verdict;
}

async function withOwnWords(run: Rehearsal): Promise<Rehearsal> {
  return withNotes(run, await ownWords(run));
}

/** The same rehearsal, with more to be said of it than the playing alone knows. */
export function withNotes(run: Rehearsal, notes: readonly string[]): Rehearsal {
  return { ...run, verdict: { ...run.verdict, notes: [...notes, ...run.verdict.notes] } };
}

async function withManifest({
  manifest,
  workload,
  command: written,
  ...others
}: ManifestRehearsal): Promise<{ readonly options: RehearsalOptions; readonly notes: readonly string[] }> {
  const paths = typeof manifest === 'string' ? [manifest] : manifest;
  const read = await readManifest({ paths, workload }, others.env ?? {}, ownTerminal(others.cwd));
  const { options, command, notes } = await withCommand(read, written, others.cwd ?? process.cwd());
  if (command === undefined) {
    throw new UsageError(
      "the manifest names no command, it is in the image: add it, as in { manifest: 'k8s/', command: 'node dist/main.js' }",
    );
  }
  const { env: _merged, ...rest } = others;
  const whole = { ...options, ...rest, command };
  return { options: { ...whole, isWorker: rest.isWorker ?? isPlayedAsWorker(whole) }, notes };
}

/** A test has no other. */
function ownTerminal(cwd = process.cwd()): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return { stdin, stdout, stderr, env, cwd };
}
