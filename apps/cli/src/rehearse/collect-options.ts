import { readWorkloads, type Workload } from 'nestjs-lifecycle-manifest-check';
import { type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { manifestFiles } from '../check/manifest-files.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { flagOptions, typedVariables } from './flag-options.js';
import { loadOptions } from './load-options.js';
import { type ManifestOptions, manifestOptions } from './manifest-options.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** Options from everywhere, and what is to be said of them. */
export interface CollectedOptions {
  readonly options: RehearsalOptions;
  readonly notes: readonly string[];
}

/**
 * Manifests, then the load's own file, then what was typed: the later wins.
 *
 * @throws UsageError when there is no command, or something cannot be used
 */
export async function collectOptions(
  words: readonly string[],
  flags: RehearseFlags,
  terminal: Terminal,
): Promise<CollectedOptions> {
  const manifest = flags.manifest === undefined ? NOTHING : await fromManifest(flags.manifest, flags, terminal);
  const load = await loadOptions(flags, terminal.cwd);
  const command = words.length > 0 ? words : manifest.options.command;
  if (command === undefined) throw new UsageError(whatToType(flags.manifest !== undefined));
  const typed = typedVariables(flags);
  refuseMissing(manifest.secrets, { ...terminal.env, ...typed });
  const env = { ...manifest.options.env, ...typed };
  const taken = manifest.secrets.filter((name) => !Object.hasOwn(typed, name));
  return {
    options: { cwd: terminal.cwd, ...manifest.options, ...load.options, ...flagOptions(flags), env, command },
    notes: [...manifest.notes, ...secretNotes(taken), ...load.notes],
  };
}

function secretNotes(names: readonly string[]): string[] {
  return names.length === 0
    ? []
    : [`Variables whose values no file says are taken from this shell: ${names.join(', ')}.`];
}

const NOTHING: ManifestOptions = { options: {}, notes: [], secrets: [] };

/** Without it the service would be another: one that falls back to what it has, or does not start. */
function refuseMissing(secrets: readonly string[], env: Readonly<Record<string, string | undefined>>): void {
  const missing = secrets.filter((name) => env[name] === undefined);
  if (missing.length === 0) return;
  const [first = ''] = missing;
  throw new UsageError(
    `--manifest: ${missing.join(', ')} comes from a Secret, whose value no file says: set it in this shell, as in ` +
      `\`${first}=… npx nestjs-lifecycle rehearse …\`, or pass --env ${first}=…`,
  );
}

function whatToType(hasManifest: boolean): string {
  return hasManifest
    ? 'the manifest names no command, it is in the image: add it, as in `--manifest k8s/ -- node dist/main.js`'
    : 'nothing to start: write the command after two dashes, as in `nestjs-lifecycle rehearse -- node dist/main.js`';
}

async function fromManifest(
  paths: readonly string[],
  { workload }: RehearseFlags,
  terminal: Terminal,
): Promise<ManifestOptions> {
  const { files, unusable } = await manifestFiles(paths, terminal);
  const [first] = unusable;
  if (first !== undefined) throw first;
  return manifestOptions(choose(readWorkloads(files), workload));
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
