import { type OptionProblem } from './invalid-options-error.js';
import { OPTION_FIELDS, type WrittenOptions } from './option-fields.js';
import { type OptionSources, type ReadOptions, readOptions, settle } from './resolve-settings.js';
import { isProduction, NODE_ENV, type ReadVariable } from '../platform/platform.js';
import { type Settings } from './settings.js';
import { shareOut, type TimeShares } from './share-out.js';

/** Set to `1`, it makes a service print its settings instead of starting. */
export const PRINT_SETTINGS = 'SHUTDOWN_PRINT_SETTINGS';

/** Marks the JSON among whatever else is on the same output. */
export const SETTINGS_FORMAT = 'nestjs-lifecycle/settings';
/** Counts up when what is printed changes its meaning. */
export const SETTINGS_VERSION = 2;

/** What a service prints in place of starting: plain data, in milliseconds. */
export interface PrintedSettings {
  readonly format: typeof SETTINGS_FORMAT;
  readonly version: typeof SETTINGS_VERSION;
  /** With the environment it was printed in. */
  readonly settings: Omit<Settings, (typeof NOT_PRINTED)[number]>;
  /** How the time is shared out in production, with the same variables. */
  readonly production: TimeShares;
  /** The options that were written, as they were read, and where: `code`, `namespace`, or a variable. */
  readonly written: Readonly<Partial<Record<keyof WrittenOptions, WrittenOption>>>;
  /** The options that were not written. */
  readonly defaults: readonly string[];
  /** What was written and cannot be read; the service would not start. */
  readonly unreadable: readonly OptionProblem[];
  /**
   * What the variables said that these settings depend on, and `NODE_ENV`; `null` for one that was not set. Those that
   * the code overrules are not here.
   */
  readonly environment: Readonly<Record<string, string | null>>;
  /** The timeouts of the HTTP server, by their names; left out where no HTTP is served, or where they are not known yet. */
  readonly server?: Readonly<Record<string, number>> | undefined;
}

/** An option as it was read, and where it was written. */
export interface WrittenOption {
  readonly origin: string;
  readonly value: unknown;
}

/** Functions have no text, and bodies may hold what must not be printed. */
const NOT_PRINTED = [
  'lateRequestBody',
  'correlationId',
  'exempt',
  'longLived',
  'metrics',
  'productionReadiness',
  'resources',
  'retryAfterSeconds',
  'onReport',
  'reportFile',
  'terminationLog',
] as const;
const UNPRINTED_OPTIONS: ReadonlySet<string> = new Set([
  'lateRequestBody',
  'correlationId',
  'longLived',
  'metrics',
  'productionReadiness',
  'resources',
  'onReport',
]);

/** The settings as one line of JSON, for tools that compare them with where the service will run. */
export function printedSettings(sources: OptionSources, server?: Readonly<Record<string, number>>): string {
  const read = readOptions(sources);
  const place = { isProduction: isProduction(sources.variable), platform: sources.platform };
  const { settings } = settle(read, place);
  const shown = Object.entries(settings).filter(([name]) => !NOT_PRINTED.some((left) => left === name));
  const printed = {
    format: SETTINGS_FORMAT,
    version: SETTINGS_VERSION,
    settings: Object.fromEntries(shown),
    production: shareOut(read.options, true).shares,
    written: writtenOf(read),
    defaults: Object.keys(OPTION_FIELDS).filter((name) => !(read.origins as ReadonlyMap<string, string>).has(name)),
    unreadable: read.problems,
    environment: environmentOf(read, sources.variable),
    server,
  };
  return `${JSON.stringify(printed)}\n`;
}

function writtenOf({ options, origins }: ReadOptions): PrintedSettings['written'] {
  const entries = [...origins].flatMap(([name, origin]) =>
    UNPRINTED_OPTIONS.has(name) || options[name] === undefined ? [] : [[name, { origin, value: options[name] }]],
  );
  return Object.fromEntries(entries) as PrintedSettings['written'];
}

/** Of options that stand in the code the environment has no say. */
function environmentOf({ origins }: ReadOptions, variable: ReadVariable): PrintedSettings['environment'] {
  const isOverruled = (name: keyof WrittenOptions): boolean => ['code', 'namespace'].includes(origins.get(name) ?? '');
  const names = Object.entries(OPTION_FIELDS).flatMap(([name, field]) =>
    'variable' in field && !isOverruled(name as keyof WrittenOptions) ? [field.variable] : [],
  );
  return Object.fromEntries([NODE_ENV, ...names].map((name) => [name, variable(name) ?? null]));
}
