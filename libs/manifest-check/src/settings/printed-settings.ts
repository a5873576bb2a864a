import { isRecord, type PrintedSettings as Printed, SETTINGS_FORMAT, SETTINGS_VERSION } from 'nestjs-lifecycle/options';
import { UnusableInput } from '../source/unusable-input.js';
import { type ServerSettings } from './service-settings.js';

/**
 * What a service prints when it is started with `SHUTDOWN_PRINT_SETTINGS=1`, as far as it is read here: what its code has
 * written, and what its environment said. What follows from that is reckoned anew, for where the files run it.
 */
export interface PrintedSettings extends Pick<
  Printed,
  'format' | 'version' | 'written' | 'environment' | 'unreadable'
> {
  /** The HTTP server as it was configured; left out where nothing listens. */
  readonly server?: ServerSettings | undefined;
}

/** The service whose settings are looked for. */
export interface SettingsQuestion {
  /** The name of its workload; `undefined` for a process on another platform. */
  readonly workload: string | undefined;
  /** Its variables, as far as files show them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Finds what a service prints of its settings. */
export type FindPrinted = (question: SettingsQuestion) => PrintedSettings | undefined;

/** The variables of a service, as far as files show what they say. */
export function knownTexts(
  variables: ReadonlyMap<string, { readonly text: string | undefined }>,
): SettingsQuestion['variables'] {
  const texts = [...variables].flatMap(([name, { text }]): [string, string][] =>
    text === undefined ? [] : [[name, text]],
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

const isDuck: Check = (value) =>
  isMs(valueAt(value, 'minMs')) && optional(isMs)(valueAt(value, 'maxMs')) && isBoolean(valueAt(value, 'isExplicit'));

/** Every key that is read, by its path, with what it may be, in words and as a test. */
const SHAPE: readonly (readonly [path: string, allowed: string, check: Check])[] = [
  ['format', `"${SETTINGS_FORMAT}"`, oneOf(SETTINGS_FORMAT)],
  ['version', `${SETTINGS_VERSION}, the version this check reads`, oneOf(SETTINGS_VERSION)],
  ['written', 'an object of options', isRecord],
  ...written('enabled', 'true or false', isBoolean),
  ...written('gracePeriod', 'milliseconds', isMs),
  ...written('preStop', 'milliseconds', isMs),
  ...written('lameDuck', 'an object of milliseconds', isDuck),
  ...written('singleReplica', 'milliseconds, or false', (value) => value === false || isMs(value)),
  ...written('drainTimeout', 'milliseconds', isMs),
  ...written('hookBudget', 'milliseconds', isMs),
  ...written('lateRequests', '"serve" or "refuse"', oneOf('serve', 'refuse')),
  ...written('probePort', 'a port', isPort),
  ...written(
    'health',
    'isServed and a path',
    (value) => isBoolean(valueAt(value, 'isServed')) && isText(valueAt(value, 'path')),
  ),
  ...written('readiness', 'onShutdown "fail" or "pass"', (value) =>
    oneOf('fail', 'pass', undefined)(valueAt(value, 'onShutdown')),
  ),
  ...written('signals', 'a list of signal names', isList),
  ...written('knownVariables', 'a list of names', isList),
  ['unreadable', 'a list of problems', (value) => Array.isArray(value) && value.every(isProblem)],
  ['environment', 'an object of texts', isTexts],
  ['server.port', 'a port, or nothing', optional(isPort)],
  ['server.keepAliveTimeoutMs', 'milliseconds, or nothing', optional(isMs)],
  ['server.requestTimeoutMs', 'milliseconds, or nothing', optional(isMs)],
  ['server.headersTimeoutMs', 'milliseconds, or nothing', optional(isMs)],
];

/** An option that may have been written, and where it was. */
function written(name: string, allowed: string, check: Check): [string, string, Check][] {
  const isWritten: Check = (value) => isText(valueAt(value, 'origin')) && check(valueAt(value, 'value'));
  return [[`written.${name}`, `{ "origin": …, "value": ${allowed} }, or nothing`, optional(isWritten)]];
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isProblem(value: unknown): boolean {
  return isText(valueAt(value, 'source')) && isText(valueAt(value, 'message'));
}

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
    if (found !== undefined && Reflect.get(found, 'format') === SETTINGS_FORMAT) return found;
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
