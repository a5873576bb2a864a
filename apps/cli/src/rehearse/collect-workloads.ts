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
import { type LoadOptions, loadOptions } from './load-options.js';
import { readAllWorkloads, refuseMissing, secretNotes } from './read-manifest.js';
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
  const found = await readAllWorkloads(flags.manifest, terminal);
  const wanted = chosen(found, flags.workload);
  if (wanted.length < 2) return failOnSeveral(flags);
  failOnOnlyOne(words, flags);
  return collectAll(
    wanted.map((workload) => workloadEntry(workload)),
    flags,
    terminal,
  );
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
  const { workloadKind, partition } = flags;
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
  for (const { secrets } of entries) refuseMissing(secrets, { ...terminal.env, ...env });
  const workloads = workloadsOf(entries, {
    ...{ flags, names, written, fronts: fronts.names, env, own },
    load: load.options,
    cwd: terminal.cwd,
  });
  const options = { ...shared, workloads, ...rollingOf(flags, load.several) };
  resolveWorkloads(options);
  const taken = entries.flatMap(({ secrets }) => secrets).filter((name) => !Object.hasOwn(env, name));
  const notes = [
    ...entries.flatMap((entry) => entry.notes.map((note) => `${entry.name}: ${note}`)),
    ...secretNotes([...new Set(taken)]),
    ...[load, lag, fronts].flatMap((from) => from.notes),
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
  readonly fronts: ReadonlySet<string>;
  readonly env: Readonly<Record<string, string>>;
  readonly own: Partial<RehearsalOptions>;
  readonly load: LoadOptions['options'];
  readonly cwd: string;
}

/** Manifests, then what is typed for all, then what a load file says of each. */
function workloadsOf(entries: readonly WorkloadEntry[], typed: Typed): WorkloadsOptions['workloads'] {
  const { flags, names, written, fronts, env, own, load, cwd } = typed;
  const commands = commandsOf(flags.run ?? [], names);
  const act = actsOf(flags, names);
  const workloads = entries.map(({ name, options }) => {
    const said = written[name] ?? {};
    const command = commands.get(name) ?? said['command'] ?? options.command;
    const played = {
      ...{ cwd, act: act(name), ...options },
      ...(fronts.has(name) && load),
      ...{ ...own, ...said },
      env: { ...options.env, ...variablesIn(said), ...env },
      isFront: fronts.has(name),
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

function failOnUnknown(where: string, name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw new UsageError(`${where}: ${unknownWorkload(name, names)}`);
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
  failOnUnknown('--act', workload, names);
  return (name) => (name === workload ? what : 'none');
}

interface Fronts {
  readonly names: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** Those that are named, or have requests of their own, or that something outside leads to; or the only one that no other names. */
function frontsOf(
  entries: readonly WorkloadEntry[],
  { front }: RehearseFlags,
  written: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Fronts {
  const names = entries.map(({ name }) => name);
  for (const name of front ?? []) failOnUnknown('--front', name, names);
  const said = names.filter((name) => written[name]?.['isFront'] === true || written[name]?.['requests'] !== undefined);
  const exposed = entries.flatMap(({ name, isExposed }) => (isExposed ? [name] : []));
  const chosenOnes = [front ?? [], said, exposed].find((some) => some.length > 0);
  if (chosenOnes !== undefined) return { names: new Set(chosenOnes), notes: [] };
  const unnamed = entries.filter((entry) => entry.options.isWorker !== true && !isNamedByOthers(entry, entries));
  const [only, ...more] = unnamed;
  if (only === undefined || more.length > 0) {
    throw new UsageError(
      `--manifest: no Ingress says which of ${names.join(', ')} clients reach: name it, as in --front ${names[0]}`,
    );
  }
  return {
    names: new Set([only.name]),
    notes: [
      `No Ingress leads to any of them: the load goes to ${only.name}, which no other one names in its variables.`,
    ],
  };
}

function isNamedByOthers(entry: WorkloadEntry, entries: readonly WorkloadEntry[]): boolean {
  const hosts = (entry.options.services ?? []).map(({ name }) => name);
  const others = entries.filter((other) => other !== entry).flatMap(({ options }) => Object.values(options.env ?? {}));
  return hosts.some((host) =>
    others.some((text) => text.split(/[^\w.-]+/).some((word) => word === host || word.startsWith(`${host}.`))),
  );
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
