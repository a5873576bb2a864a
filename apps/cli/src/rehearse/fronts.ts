import { unknownWorkload } from 'nestjs-lifecycle-rollout';
import { UsageError } from '../usage-error.js';
import { type LoadOptions } from './load-options.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { shareRequests } from './requests-by-path.js';
import { type WorkloadEntry } from './workload-entries.js';

/** The workloads that clients reach. */
export interface Fronts {
  readonly names: ReadonlySet<string>;
  /** Whether they were found in the manifests alone, and not named by the user. */
  readonly isByIngress: boolean;
  readonly notes: readonly string[];
}

/** The load of each that gets requests: where an Ingress leads to several, each request goes where its path leads. */
export function loadsOf(
  entries: readonly WorkloadEntry[],
  { names, isByIngress }: Fronts,
  load: LoadOptions['options'],
): { readonly byName: ReadonlyMap<string, LoadOptions['options']>; readonly notes: readonly string[] } {
  if (!isByIngress || names.size < 2) return { byName: new Map([...names].map((name) => [name, load])), notes: [] };
  const { requests, notes } = shareRequests(
    entries.filter(({ name }) => names.has(name)),
    load.requests,
  );
  return { byName: new Map([...requests].map(([name, own]) => [name, { ...load, requests: own }])), notes };
}

/** Those that are named, or have requests of their own, or that something outside leads to; or the only one that no other names. */
export function frontsOf(
  entries: readonly WorkloadEntry[],
  { front }: RehearseFlags,
  written: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Fronts {
  const names = entries.map(({ name }) => name);
  for (const name of front ?? []) failOnUnknown('--front', name, names);
  const said = names.filter((name) => written[name]?.['isFront'] === true || written[name]?.['requests'] !== undefined);
  const exposed = entries.flatMap(({ name, isExposed }) => (isExposed ? [name] : []));
  const chosenOnes = [front ?? [], said, exposed].find((some) => some.length > 0);
  if (chosenOnes !== undefined) return { names: new Set(chosenOnes), isByIngress: chosenOnes === exposed, notes: [] };
  const unnamed = entries.filter(
    (entry) => entry.options.isWorker !== true && !consumes(written[entry.name]) && !isNamedByOthers(entry, entries),
  );
  const [only, ...more] = unnamed;
  if (only === undefined || more.length > 0) {
    throw new UsageError(
      `--manifest: no Ingress says which of ${names.join(', ')} clients reach: name it, as in --front ${names[0]}`,
    );
  }
  return {
    names: new Set([only.name]),
    isByIngress: false,
    notes: [
      `No Ingress leads to any of them: the load goes to ${only.name}, which no other one names in its variables.`,
    ],
  };
}

/** What consumes is asked nothing, unless it is said. */
function consumes(said: Readonly<Record<string, unknown>> = {}): boolean {
  return (said['messages'] ?? said['jobs']) !== undefined;
}

function isNamedByOthers(entry: WorkloadEntry, entries: readonly WorkloadEntry[]): boolean {
  const hosts = (entry.options.services ?? []).map(({ name }) => name);
  const others = entries.filter((other) => other !== entry).flatMap(({ options }) => Object.values(options.env ?? {}));
  return hosts.some((host) =>
    others.some((text) => text.split(/[^\w.-]+/).some((word) => word === host || word.startsWith(`${host}.`))),
  );
}

/** @throws UsageError for a name that no workload has */
export function failOnUnknown(where: string, name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw new UsageError(`${where}: ${unknownWorkload(name, names)}`);
}
