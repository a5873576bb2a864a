import { UnusableInput } from '../source/unusable-input.js';
import { type ServerSettings } from './service-settings.js';

/**
 * What a service prints when it is started with `SHUTDOWN_PRINT_SETTINGS=1`: one JSON object, in milliseconds. Keys
 * that are not named here may be there too, and are not read.
 */
export interface PrintedSettings {
  readonly format: 'nestjs-lifecycle/settings';
  readonly version: 1;
  readonly settings: {
    readonly enabled: boolean;
    readonly gracePeriodMs: number;
    readonly preStopMs: number;
    readonly marginMs: number;
    readonly budgetMs: number;
    readonly lameDuck: { readonly minMs: number; readonly maxMs: number; readonly isExplicit: boolean };
    readonly drainTimeoutMs: number;
    readonly hookBudgetMs: number;
    readonly lateRequests: 'serve' | 'refuse';
    readonly probePort?: number | undefined;
    readonly health: { readonly isServed: boolean; readonly path: string };
    readonly readiness: { readonly onShutdown: 'fail' | 'pass' };
    readonly signals: readonly string[];
  };
  /**
   * What the `SHUTDOWN_` variables said that these settings depend on; `null` for one that was not set. Those that the
   * code overrules are not here. Older versions leave it out.
   */
  readonly environment?: Readonly<Record<string, string | null>> | undefined;
  /** The HTTP server as it was configured; left out where nothing listens. */
  readonly server?: ServerSettings | undefined;
}

const FORMAT = 'nestjs-lifecycle/settings';

/** Whoever stops by settings that are to be found. */
export interface SettingsQuestion {
  /** The name of its workload; `undefined` for a process on another platform. */
  readonly workload: string | undefined;
  /** Its `SHUTDOWN_` variables, as far as files show them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Finds what a service prints of its settings. */
export type FindPrinted = (question: SettingsQuestion) => PrintedSettings | undefined;

/** The variables of a service that its settings depend on. */
export function shutdownVariables(
  variables: ReadonlyMap<string, { readonly text: string | undefined }>,
): SettingsQuestion['variables'] {
  const texts = [...variables].flatMap(([name, { text }]): [string, string][] =>
    name.startsWith('SHUTDOWN_') && text !== undefined ? [[name, text]] : [],
  );
  return Object.fromEntries(texts.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

type Check = (value: unknown) => boolean;

const isMs: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isBoolean: Check = (value) => typeof value === 'boolean';
const isText: Check = (value) => typeof value === 'string';
const isPort: Check = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
const isTexts: Check = (value) =>
  typeof value === 'object' && value !== null && Object.values(value).every((text) => text === null || isText(text));
const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value);

/** Every key that is read, by its path, with what it may be, in words and as a test. */
const SHAPE: readonly (readonly [path: string, allowed: string, check: Check])[] = [
  ['format', '"nestjs-lifecycle/settings"', oneOf(FORMAT)],
  ['version', '1, the version this check reads', oneOf(1)],
  ['settings.enabled', 'true or false', isBoolean],
  ['settings.gracePeriodMs', 'milliseconds', isMs],
  ['settings.preStopMs', 'milliseconds', isMs],
  ['settings.marginMs', 'milliseconds', isMs],
  ['settings.budgetMs', 'milliseconds', isMs],
  ['settings.lameDuck.minMs', 'milliseconds', isMs],
  ['settings.lameDuck.maxMs', 'milliseconds', isMs],
  ['settings.lameDuck.isExplicit', 'true or false', isBoolean],
  ['settings.drainTimeoutMs', 'milliseconds', isMs],
  ['settings.hookBudgetMs', 'milliseconds', isMs],
  ['settings.lateRequests', '"serve" or "refuse"', oneOf('serve', 'refuse')],
  ['settings.probePort', 'a port, or nothing', optional(isPort)],
  ['settings.health.isServed', 'true or false', isBoolean],
  ['settings.health.path', 'a path', isText],
  ['settings.readiness.onShutdown', '"fail" or "pass"', oneOf('fail', 'pass')],
  ['settings.signals', 'a list of signal names', (value) => Array.isArray(value) && value.every(isText)],
  ['environment', 'an object of texts, or nothing', optional(isTexts)],
  ['server.port', 'a port, or nothing', optional(isPort)],
  ['server.keepAliveTimeoutMs', 'milliseconds, or nothing', optional(isMs)],
  ['server.requestTimeoutMs', 'milliseconds, or nothing', optional(isMs)],
  ['server.headersTimeoutMs', 'milliseconds, or nothing', optional(isMs)],
];

/**
 * Reads what a service printed. What else is on the same output, such as a log in JSON, is passed over; of several the
 * last one counts, which is the newest where they were appended.
 *
 * @param file how to call it in errors
 * @throws UnusableInput with the first thing that is wrong
 */
export function parsePrintedSettings(text: string, file = 'settings'): PrintedSettings {
  const parsed = findSettings(text) ?? parseJson(text, file);
  for (const [path, allowed, check] of SHAPE) {
    const value = valueAt(parsed, path);
    if (!check(value)) throw wrong(file, `${path} is ${show(value)}; allowed: ${allowed}.`);
  }
  // Every key that is read has just been looked at.
  return parsed as PrintedSettings;
}

const MARK = /"format"\s*:\s*"nestjs-lifecycle\/settings"/g;
/** How many marks are looked at, the last ones first. */
const MOST_MARKS = 20;
/** How many braces may stand between the one that opens the object and its mark: formatters may sort keys. */
const MOST_BRACES = 20;
const LONGEST_OBJECT = 64 * 1024;

function findSettings(text: string): object | undefined {
  const marks = [...text.matchAll(MARK)].slice(-MOST_MARKS).map(({ index }) => index);
  return marks
    .toReversed()
    .map((mark) => objectAround(text, mark))
    .find((found) => found !== undefined);
}

/** The object that has the mark for a key of its own. */
function objectAround(text: string, mark: number): object | undefined {
  let start = mark;
  for (let tried = 0; tried < MOST_BRACES && start > 0; tried += 1) {
    start = text.lastIndexOf('{', start - 1);
    if (start === -1) return undefined;
    const found = parseObject(firstObject(text.slice(start, start + LONGEST_OBJECT)));
    if (found !== undefined && Reflect.get(found, 'format') === FORMAT) return found;
  }
  return undefined;
}

function parseObject(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    // Its caller looks further, and in the end says that there is none.
    return undefined;
  }
}

/** From the brace that a text begins with to the one that closes it; braces in strings are not counted. */
function firstObject(text: string): string {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth === 0) return text.slice(0, index + 1);
  }
  return text;
}

/** For the error: what is there in place of settings. */
function parseJson(text: string, file: string): unknown {
  const start = text.search(/^\s*\{/m);
  const end = text.lastIndexOf('}');
  if (start === -1 || end < start) throw wrong(file, 'there is no JSON object in it.');
  try {
    return JSON.parse(text.slice(start, end + 1)) as unknown;
  } catch (error) {
    throw wrong(file, `it is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value);
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
}

function wrong(file: string, what: string): UnusableInput {
  return new UnusableInput({
    code: 'WRONG_SETTINGS',
    file,
    line: 1,
    column: 1,
    problem: `these are not the settings of a service: ${what}`,
    remedy: 'Print them anew: SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js > settings.json',
  });
}
