import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { nearestName, parseDuration, RULES, type Severity } from 'nestjs-lifecycle-manifest-check';
import { parse } from 'yaml';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

/** What a rule is to be: left out, or of another severity. */
export type RuleLevel = Severity | 'off';

/** Rules and known defaults for some files or workloads. */
export interface Override {
  /** Patterns of paths. Default: all files. */
  readonly files: readonly string[];
  /** Patterns of names, as `orders-*`. Default: all workloads. */
  readonly workloads: readonly string[];
  readonly rules: Readonly<Record<string, RuleLevel>>;
  /** What no file says of them; what is missing is as everywhere. */
  readonly defaults: CheckConfig['defaults'];
}

/** What a team has written down for every run of `check`; flags of the command count for more. */
export interface CheckConfig {
  readonly rules: Readonly<Record<string, RuleLevel>>;
  readonly overrides: readonly Override[];
  /** Patterns of paths that are not read. */
  readonly exclude: readonly string[];
  /** What no file says: times in milliseconds. */
  readonly defaults: Readonly<Partial<Record<(typeof TIMES)[number], number>>>;
  /** The baseline of known findings. */
  readonly baseline: string | undefined;
  /** The address below which each rule has its page, `<rule>.md`, for links. */
  readonly pages: string | undefined;
}

/** The file that is read where none is named. */
export const CONFIG_NAME = 'nestjs-lifecycle-check.yaml';

const TIMES = ['routingDelay', 'boot', 'longestRequest'] as const;
const KEYS = ['rules', 'overrides', 'exclude', 'defaults', 'baseline', 'pages'] as const;
const OVERRIDE_KEYS = ['files', 'workloads', 'rules', 'defaults'] as const;
const LEVELS = ['off', 'note', 'warning', 'error'] as const;
const NOTHING: CheckConfig = {
  rules: {},
  overrides: [],
  exclude: [],
  defaults: {},
  baseline: undefined,
  pages: undefined,
};

/**
 * Reads the configuration: the file of `--config`, or `nestjs-lifecycle-check.yaml` where the command runs, if it is there.
 *
 * @throws UsageError with everything that is wrong in it
 */
export async function checkConfig(file: string | undefined, { cwd }: Terminal): Promise<CheckConfig> {
  const name = file ?? CONFIG_NAME;
  const text = await readFile(resolve(cwd, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === 'ENOENT') return undefined;
    throw new UsageError(`cannot read --config ${name} (${error.code ?? error.message}): name a file that is there`);
  });
  return text === undefined ? NOTHING : parseConfig(text, name);
}

/** @throws UsageError with everything that is wrong */
export function parseConfig(text: string, name: string): CheckConfig {
  const reader = new ConfigReader();
  const config = reader.config(parsed(text, name));
  if (reader.problems.length === 0) return config;
  throw new UsageError(reader.problems.map((problem) => `${name}: ${problem}`).join('\n'));
}

function parsed(text: string, name: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new UsageError(`${name}: this is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Mapping = Readonly<Record<string, unknown>>;

/** Reads what may be anything, and gathers what is wrong with it. */
class ConfigReader {
  readonly problems: string[] = [];

  config(read: unknown): CheckConfig {
    const all = this.#mapping(read, 'it');
    this.#refuseOthers(all, KEYS, '');
    const overrides: unknown = all['overrides'] ?? [];
    if (!Array.isArray(overrides))
      this.problems.push('overrides: write a list, each with files or workloads, and rules or defaults');
    return {
      rules: this.#rules(all['rules'], 'rules'),
      overrides: (Array.isArray(overrides) ? overrides : []).map((one, index) =>
        this.#override(one, `overrides[${index}]`),
      ),
      exclude: this.#texts(all['exclude'], 'exclude'),
      defaults: this.#times(all['defaults'], 'defaults'),
      baseline: this.#text(all['baseline'], 'baseline', 'the name of a file'),
      pages: this.#text(all['pages'], 'pages', 'the address of a folder'),
    };
  }

  #override(read: unknown, at: string): Override {
    const one = this.#mapping(read, at);
    this.#refuseOthers(one, OVERRIDE_KEYS, `${at}.`);
    const [files, workloads] = [
      this.#texts(one['files'], `${at}.files`),
      this.#texts(one['workloads'], `${at}.workloads`),
    ];
    if (files.length + workloads.length === 0) this.problems.push(`${at}: say which files or workloads it is for`);
    return {
      files,
      workloads,
      rules: this.#rules(one['rules'], `${at}.rules`),
      defaults: this.#times(one['defaults'], `${at}.defaults`),
    };
  }

  #rules(read: unknown, at: string): Readonly<Record<string, RuleLevel>> {
    const written = Object.entries(this.#mapping(read ?? {}, at));
    const ids = RULES.map(({ id }) => id);
    const rules: Record<string, RuleLevel> = {};
    for (const [id, value] of written) {
      // YAML 1.1 takes a bare `off` for false.
      const level = LEVELS.find((known) => known === (value === false ? 'off' : value));
      if (!ids.includes(id)) this.problems.push(`${at}.${id}: there is no such rule${meant(id, ids)}`);
      else if (level === undefined) this.problems.push(`${at}.${id}: write one of ${LEVELS.join(', ')}`);
      else rules[id] = level;
    }
    return rules;
  }

  #times(read: unknown, at: string): CheckConfig['defaults'] {
    const all = this.#mapping(read ?? {}, at);
    this.#refuseOthers(all, TIMES, `${at}.`);
    const times: Partial<Record<(typeof TIMES)[number], number>> = {};
    for (const name of TIMES) {
      const value = all[name];
      if (value === undefined) continue;
      const ms = typeof value === 'string' ? parseDuration(value) : undefined;
      if (ms === undefined) this.problems.push(`${at}.${name}: write a time with its unit, as 30s, 500ms or 2m`);
      else times[name] = ms;
    }
    return times;
  }

  #texts(read: unknown, at: string): readonly string[] {
    if (read === undefined) return [];
    const list: readonly unknown[] = Array.isArray(read) ? read : [read];
    if (list.every((one) => typeof one === 'string' && one !== '')) return list.map(String);
    this.problems.push(`${at}: write a list of patterns, as ['k8s/old/**']`);
    return [];
  }

  #text(read: unknown, at: string, what: string): string | undefined {
    if (read === undefined || (typeof read === 'string' && read !== '')) return read;
    this.problems.push(`${at}: write ${what}`);
    return undefined;
  }

  #mapping(read: unknown, at: string): Mapping {
    if (typeof read === 'object' && read !== null && !Array.isArray(read))
      return Object.fromEntries(Object.entries(read));
    this.problems.push(`${at}: write keys and values`);
    return {};
  }

  #refuseOthers(all: Mapping, known: readonly string[], at: string): void {
    for (const key of Object.keys(all).filter((name) => !known.includes(name))) {
      this.problems.push(`${at}${key}: there is no such key${meant(key, known)}`);
    }
  }
}

function meant(written: string, known: readonly string[]): string {
  const near = nearestName(written, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
