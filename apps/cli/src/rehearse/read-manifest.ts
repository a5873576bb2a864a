import { readCronJobs, readWorkloads, type Workload } from 'nestjs-lifecycle-manifest-check';
import { manifestFiles } from '../check/manifest-files.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { cronJobNotes } from './cron-job-notes.js';
import { type ManifestOptions, manifestOptions } from './manifest-options.js';

/** Where manifests are, and which of their workloads is meant. */
export interface ManifestSource {
  /** Files and folders; `-` is what comes through a pipe. */
  readonly paths: readonly string[];
  /** Needed where there are several. */
  readonly workload: string | undefined;
}

/**
 * The options of one workload. What its variables need that no file says is taken from `typed`, or else from the terminal's own.
 *
 * @throws UsageError when a file cannot be read, no workload is meant, or a variable comes from nowhere
 */
export async function readManifest(
  { paths, workload }: ManifestSource,
  typed: Readonly<Record<string, string>>,
  terminal: Terminal,
): Promise<Omit<ManifestOptions, 'secrets'>> {
  const { workloads, cronJobs } = await readManifests(paths, terminal);
  const chosen = choose(workloads, workload);
  const { options, args, notes, secrets } = manifestOptions(chosen);
  refuseMissing(secrets, { ...terminal.env, ...typed });
  const taken = secrets.filter((name) => !Object.hasOwn(typed, name));
  return {
    options: { ...options, env: { ...options.env, ...typed } },
    notes: [...notes, ...cronJobNotes(cronJobs, [chosen]), ...secretNotes(taken)],
    ...(args !== undefined && { args }),
  };
}

/** What runs pods, in the order it is written. */
export interface ReadManifests {
  readonly workloads: readonly Workload[];
  readonly cronJobs: readonly Workload[];
}

/**
 * Every workload and every CronJob of some files.
 *
 * @throws UsageError when a file cannot be read
 */
export async function readManifests(paths: readonly string[], terminal: Terminal): Promise<ReadManifests> {
  const { files, unusable } = await manifestFiles(paths, terminal);
  const [first] = unusable;
  if (first !== undefined) throw first;
  return { workloads: readWorkloads(files), cronJobs: readCronJobs(files) };
}

/** Says which variables are this shell's. */
export function secretNotes(names: readonly string[]): string[] {
  return names.length === 0
    ? []
    : [`Variables whose values no file says are taken from this shell: ${names.join(', ')}.`];
}

/** Without it the service would be another: one that falls back to what it has, or does not start. */
export function refuseMissing(secrets: readonly string[], env: Readonly<Record<string, string | undefined>>): void {
  const missing = secrets.filter((name) => env[name] === undefined);
  if (missing.length === 0) return;
  const [first = ''] = missing;
  throw new UsageError(
    missing.length === 1
      ? `--manifest: ${first} comes from a Secret, whose value no file says: set it in this shell, as in ` +
          `\`${first}=… npx nestjs-lifecycle rehearse …\`, or pass --env ${first}=…`
      : `--manifest: ${missing.join(', ')} come from Secrets, whose values no file says: set them in this shell, or pass ` +
          `--env ${missing.map((name) => `${name}=…`).join(' ')}`,
  );
}

function choose(workloads: readonly Workload[], wanted: string | undefined): Workload {
  const names = workloads.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  if (wanted !== undefined) {
    const found = workloads.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    throw new UsageError(`--workload ${wanted}: there is ${names === '' ? 'no workload' : names} in the manifests`);
  }
  const [first, ...others] = workloads;
  if (first === undefined) throw new UsageError('--manifest: there is no Deployment in these files');
  if (others.length > 0) throw new UsageError(`--manifest: there are ${names}: choose one with --workload <name>`);
  return first;
}
