import { type Workload } from 'nestjs-lifecycle-manifest-check';
import {
  type RehearsalOptions,
  resolveWorkloads,
  unknownWorkload,
  type WorkloadOptions,
  type WorkloadsOptions,
} from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { measuredLag } from './collect-options.js';
import { flagOptions, typedVariables } from './flag-options.js';
import { cronJobNotes } from './cron-job-notes.js';
import { failOnUnknown, frontsOf, loadsOf } from './fronts.js';
import { type LoadOptions, loadOptions } from './load-options.js';
import { readManifests, refuseMissing, secretNotes } from './read-manifest.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { type WorkloadEntry, workloadEntry } from './workload-entries.js';

/** Options of several workloads from everywhere, and what is to be said of them. */
export interface CollectedWorkloads {
  readonly options: WorkloadsOptions;
  readonly notes: readonly string[];
}

/**
 * The workloads of the manifests that are meant, to be played together; `undefined` where it is one, which is played by itself.
 *
 * @throws UsageError when something cannot be used; InvalidScenarioError listing every problem of the options
 */
export async function collectWorkloads(
  words: readonly string[],
  flags: RehearseFlags,
  terminal: Terminal,
): Promise<CollectedWorkloads | undefined> {
  if (flags.manifest === undefined || flags.manifest.includes('-')) return failOnSeveral(flags);
  const { workloads, cronJobs } = await readManifests(flags.manifest, terminal);
  const wanted = chosen(workloads, flags.workload);
  if (wanted.length < 2) return failOnSeveral(flags);
  failOnOnlyOne(words, flags);
  const entries = wanted.map((workload) => workloadEntry(workload));
  const { options, notes } = await collectAll(entries, flags, terminal);
  return { options, notes: [...notes, ...cronJobNotes(cronJobs, wanted)] };
}

/** What is said of several has no effect on one. */
function failOnSeveral({ run, front, order, together, act }: RehearseFlags): undefined {
  const [flag] =
    Object.entries({ run, front, order, together: together === true || undefined }).find(
      ([, value]) => value !== undefined,
    ) ?? [];
  if (flag !== undefined) {
    throw new UsageError(
      `--${flag} is about several workloads: pass manifests that hold them, as in --manifest deploy/fleet/`,
    );
  }
  if (act?.workload !== undefined) {
    throw new UsageError(
      `--act ${act.act}:${act.workload} names one of several workloads: with one, write --act ${act.act}`,
    );
  }
  return undefined;
}

/** Which of several it is about could not be told. */
function failOnOnlyOne(words: readonly string[], flags: RehearseFlags): void {
  const { next, against, build, port, portEnv, chaos, baseline, time, worker } = flags;
  const { workloadKind, partition, messages, jobs } = flags;
  if (words.length > 0) {
    throw new UsageError(
      'a command after two dashes is that of one workload: name it with --workload, or pass the commands of several as in --run "auth=node dist/main.js"',
    );
  }
  const [flag] =
    Object.entries({
      next,
      against,
      build,
      port,
      'port-env': portEnv,
      chaos,
      baseline,
      time,
      messages,
      jobs,
      worker: worker || undefined,
      'workload-kind': workloadKind,
      partition,
    }).find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  throw new UsageError(
    `--${flag} is about one workload: name it with --workload, or write it under workloads in a load file`,
  );
}

function chosen(found: readonly Workload[], names: readonly string[] | undefined): readonly Workload[] {
  if (names === undefined) return found;
  return names.map((name) => {
    const workload = found.find((one) => one.name === name);
    if (workload === undefined)
      throw new UsageError(
        `--workload: ${unknownWorkload(
          name,
          found.map((one) => one.name),
        )}`,
      );
    return workload;
  });
}

async function collectAll(
  entries: readonly WorkloadEntry[],
  flags: RehearseFlags,
  terminal: Terminal,
): Promise<CollectedWorkloads> {
  const names = entries.map(({ name }) => name);
  const load = await loadOptions(flags, terminal.cwd);
  const lag = await measuredLag(flags, terminal);
  const { shared, own } = shareOut({ ...flagOptions(flags), ...lag.options });
  const written = load.several.workloads ?? {};
  for (const name of Object.keys(written)) failOnUnknown('workloads in the load file', name, names);
  const fronts = frontsOf(entries, flags, written);
  const env = typedVariables(flags);
  refuseMissing([...new Set(entries.flatMap(({ secrets }) => secrets))], { ...terminal.env, ...env });
  const loads = loadsOf(entries, fronts, load.options);
  const workloads = workloadsOf(entries, {
    ...{ flags, names, written, env, own },
    loads: loads.byName,
    cwd: terminal.cwd,
  });
  const options = { ...shared, workloads, ...rollingOf(flags, load.several) };
  resolveWorkloads(options);
  const taken = entries.flatMap(({ secrets }) => secrets).filter((name) => !Object.hasOwn(env, name));
  const notes = [
    ...entries.flatMap((entry) => entry.notes.map((note) => `${entry.name}: ${note}`)),
    ...secretNotes([...new Set(taken)]),
    ...[load, lag, fronts, loads].flatMap((from) => from.notes),
    ...Object.entries(workloads).flatMap(([name, { command }]) => notOfNode(name, command)),
  ];
  return { options, notes };
}

/** What is typed for all of them together, and for each. */
function shareOut(typed: Partial<RehearsalOptions>) {
  const { nodes, endpointLag, refusedFor, seed, lags, warmUp, coolDown, deadline, act: _act, ...own } = typed;
  const shared = { nodes, endpointLag, refusedFor, seed, lags, warmUp, coolDown, deadline };
  return { shared: Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== undefined)), own };
}

function rollingOf(
  { order: typed, together }: RehearseFlags,
  several: LoadOptions['several'],
): Pick<WorkloadsOptions, 'order' | 'rolled'> {
  const order = typed ?? several.order;
  const rolled = together === true ? 'together' : several.rolled;
  return { ...(order !== undefined && { order }), ...(rolled !== undefined && { rolled }) };
}

interface Typed {
  readonly flags: RehearseFlags;
  readonly names: readonly string[];
  readonly written: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly env: Readonly<Record<string, string>>;
  readonly own: Partial<RehearsalOptions>;
  /** Of those that get requests. */
  readonly loads: ReadonlyMap<string, LoadOptions['options']>;
  readonly cwd: string;
}

/** Manifests, then what is typed for all, then what a load file says of each. */
function workloadsOf(entries: readonly WorkloadEntry[], typed: Typed): WorkloadsOptions['workloads'] {
  const { flags, names, written, env, own, loads, cwd } = typed;
  const commands = commandsOf(flags.run ?? [], names);
  const act = actsOf(flags, names);
  const workloads = entries.map(({ name, options }) => {
    const said = written[name] ?? {};
    const command = commands.get(name) ?? said['command'] ?? options.command;
    const played = {
      ...{ cwd, act: act(name), ...options },
      ...loads.get(name),
      ...{ ...own, ...said },
      env: { ...options.env, ...variablesIn(said), ...env },
      isFront: loads.has(name),
      ...(command !== undefined && { command }),
    };
    return [name, played] as const;
  });
  const missing = workloads.flatMap(([name, played]) => ('command' in played ? [] : [name]));
  if (missing.length > 0) throw new UsageError(whatToRun(missing, names));
  // Each has a command by now. Whatever else a load file says is looked at when it is resolved.
  return Object.fromEntries(workloads) as unknown as WorkloadsOptions['workloads'];
}

function variablesIn({ env }: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  if (typeof env !== 'object' || env === null) return {};
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

function commandsOf(typed: readonly string[], names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    typed.map((text) => {
      const at = text.indexOf('=');
      if (at < 1 || at === text.length - 1)
        throw new UsageError(`--run ${text}: write it as workload=command, as in "auth=node dist/main.js"`);
      const name = text.slice(0, at);
      failOnUnknown('--run', name, names);
      return [name, text.slice(at + 1)] as const;
    }),
  );
}

function whatToRun(missing: readonly string[], names: readonly string[]): string {
  const played = names.filter((name) => !missing.includes(name));
  const [first = ''] = missing;
  const others =
    played.length === 0 ? '' : `, or leave ${missing.length === 1 ? 'it' : 'them'} out: --workload ${played.join(' ')}`;
  return `--manifest: ${missing.join(', ')} ${missing.length === 1 ? 'names' : 'name'} no command, it is in the image: add it, as in --run "${first}=node dist/main.js"${others}`;
}

/** To each workload, or only to the one that is named. */
function actsOf({ act }: RehearseFlags, names: readonly string[]): (name: string) => WorkloadOptions['act'] {
  if (act === undefined) return () => 'update';
  const { act: what, workload } = act;
  if (workload === undefined && what !== 'update') {
    throw new UsageError(`--act ${what}: name one of the workloads it is done to, as in --act ${what}:${names[0]}`);
  }
  if (workload === undefined) return () => what;
  if (what === 'spot') throw new UsageError('--act spot is about one workload: name it with --workload');
  failOnUnknown('--act', workload, names);
  return (name) => (name === workload ? what : 'none');
}

const OF_NODE = /(?:^|[/\\])(?:node|nodejs|npm|npx|yarn|pnpm|tsx|ts-node|nest)(?:\.cmd|\.exe)?$|\.[cm]?[jt]s$/;

/** Names are put into programs of Node alone. */
function notOfNode(name: string, command: unknown): string[] {
  const words = typeof command === 'string' ? command.split(/\s+/) : Array.isArray(command) ? command.map(String) : [];
  if (words.some((word) => word.split(/\s+/).some((part) => OF_NODE.test(part)))) return [];
  return [
    `${name} runs ${words[0] ?? 'a program'}, which is no program of Node: names of Services do not resolve in it. It finds them by variables, as AUTH_SERVICE_HOST and AUTH_SERVICE_PORT.`,
  ];
}
