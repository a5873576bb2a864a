import { type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { isMeasuredLag, readMeasuredLag } from '../endpoint-lag.js';
import { UsageError } from '../usage-error.js';
import { flagOptions, typedVariables } from './flag-options.js';
import { isPlayedAsWorker, withCommand } from './image-command.js';
import { loadOptions } from './load-options.js';
import { type ManifestOptions } from './manifest-options.js';
import { readManifest } from './read-manifest.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { withKind } from './stateful-set-flags.js';

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
  const { manifest: paths } = flags;
  const [workload] = flags.workload ?? [];
  const env = typedVariables(flags);
  const manifest: Omit<ManifestOptions, 'secrets'> =
    paths === undefined ? { options: { env }, notes: [] } : await readManifest({ paths, workload }, env, terminal);
  const load = await loadOptions(flags, terminal.cwd);
  const lag = await measuredLag(flags, terminal);
  const typed = words.length > 0 ? words : undefined;
  const { command, ...started } = await withCommand(manifest, typed, terminal.cwd);
  if (command === undefined) throw new UsageError(whatToType(paths !== undefined));
  const options = {
    cwd: terminal.cwd,
    ...started.options,
    ...load.options,
    ...flagOptions(flags),
    ...lag.options,
    command,
  };
  return {
    options: { ...withKind(options, flags), isWorker: flags.worker || isPlayedAsWorker(options) },
    notes: [...started.notes, ...load.notes, ...lag.notes],
  };
}

/** Where the lag of the endpoints is not a model's but a cluster's own. */
export async function measuredLag(
  { endpointLag = '' }: RehearseFlags,
  terminal: Terminal,
): Promise<{ readonly options: Pick<RehearsalOptions, 'endpointLag'>; readonly notes: readonly string[] }> {
  if (!isMeasuredLag(endpointLag)) return { options: {}, notes: [] };
  const { programming, told } = await readMeasuredLag(endpointLag, terminal);
  const { min, steps } = programming;
  return { options: { endpointLag: { min, steps } }, notes: [told] };
}

function whatToType(hasManifest: boolean): string {
  return hasManifest
    ? 'the manifest names no command, it is in the image: add it, as in `--manifest k8s/ -- node dist/main.js`'
    : 'nothing to start: write the command after two dashes, as in `nestjs-lifecycle rehearse -- node dist/main.js`';
}
