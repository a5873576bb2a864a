import { parseDuration } from '../deadline/duration.js';
import { type CheckLevel } from './graceful-shutdown-options.js';
import { type Flaw, Flaws, INVALID, type Invalid, isInvalid } from './flaws.js';
import { durationPart, isRecord, type OptionField, type OptionPart, parseFlag, parseParts } from './option-field.js';

/** What is checked of the configuration of the application, and what a problem does. */
export interface ProductionReadinessSettings {
  /** What problems do in production; elsewhere `refuse` warns. With `off` nothing is looked at. */
  readonly level: CheckLevel;
  /** The secrets that there must be, and how many characters each has at least. */
  readonly secrets: Readonly<Record<string, number>>;
  /** By the name of a check: what its problems do in place of `level`. */
  readonly checks: Readonly<Record<string, CheckLevel>>;
  /** By the id of a problem, or the name of a check: why it is accepted. */
  readonly accept: Readonly<Record<string, string>>;
  /** How long a check may take. */
  readonly timeoutMs: number;
}

/** How many characters a secret has at least, where nothing else is said: 256 bits in hexadecimal digits are 64, in Base64 43. */
export const LEAST_SECRET = 32;

/** Nothing is looked at. */
export const NOT_CHECKED: ProductionReadinessSettings = {
  level: 'off',
  secrets: {},
  checks: {},
  accept: {},
  timeoutMs: 5000,
};

const LEVELS: readonly CheckLevel[] = ['refuse', 'warn', 'off'];
const levelOf = (value: unknown): CheckLevel | typeof INVALID => LEVELS.find((level) => level === value) ?? INVALID;

const LEVEL = { allowed: "'refuse', 'warn' or 'off'", example: "'warn'" };
const REASON = { allowed: 'a text that says why', example: "'the proxy of the database runs beside the service'" };
const LENGTH = { allowed: 'a whole number of characters from 1 to 1024', example: String(LEAST_SECRET) };
const NAME = { allowed: 'the name of a variable', example: "'JWT_SECRET'" };

const PARTS = {
  inProduction: { ...LEVEL, parse: levelOf },
  secrets: {
    allowed: 'a list of variables, or how many characters each has at least: { JWT_SECRET: 32 }',
    example: "['JWT_SECRET']",
    parse: parseSecrets,
  },
  checks: {
    allowed: "what the problems of a check do, by its name: { debug: 'warn' }",
    example: "{ debug: 'warn' }",
    parse: (value: unknown) => parseEach(value, { ...LEVEL, parse: levelOf }),
  },
  accept: {
    allowed: "why a problem is accepted, by its id: { 'databases:DATABASE_URL': 'why' }",
    example: "{ 'databases:DATABASE_URL': 'a proxy runs beside the service' }",
    parse: (value: unknown) => parseEach(value, { ...REASON, parse: parseReason }),
  },
  timeout: {
    ...durationPart("'5s'"),
    allowed: "a duration of more than 0, such as '5s'",
    parse: (value: unknown) => parseDuration(value) || INVALID,
  },
};

/** `true` refuses to start in production, a level says something else, and an object says more. */
function parseProductionReadiness(value: unknown): ProductionReadinessSettings | Invalid {
  if (typeof value === 'boolean') return { ...NOT_CHECKED, level: value ? 'refuse' : 'off' };
  if (typeof value === 'string') {
    const level = levelOf(value);
    return isInvalid(level) ? level : { ...NOT_CHECKED, level };
  }
  const written = parseParts(value, PARTS);
  if (isInvalid(written)) return withoutValues(written);
  const { inProduction = 'refuse', timeout = NOT_CHECKED.timeoutMs, ...others } = written;
  return { ...NOT_CHECKED, ...others, level: inProduction, timeoutMs: timeout };
}

/** What was written for the name of a secret, or for its length, may be the secret itself: errors only say what it is. */
function withoutValues(invalid: Invalid): Invalid {
  if (!(invalid instanceof Flaws)) return invalid;
  const isOpen = ({ path }: Flaw): boolean => /^\.(inProduction|timeout|checks)\b/.test(path);
  return new Flaws(
    invalid.list.map((flaw) =>
      isOpen(flaw) ? flaw : { ...flaw, received: `a value of type ${typeof flaw.received}` },
    ),
  );
}

function parseProductionReadinessVariable(text: string): ProductionReadinessSettings | typeof INVALID {
  const word = text.trim().toLowerCase();
  const isOn = parseFlag(word);
  const level = isOn === undefined && word !== 'off' ? levelOf(word) : isOn === true ? 'refuse' : 'off';
  return level === INVALID ? INVALID : { ...NOT_CHECKED, level };
}

function parseReason(value: unknown): string | typeof INVALID {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : INVALID;
}

/** A list of names, each with the usual length; or lengths by names. */
function parseSecrets(value: unknown): Readonly<Record<string, number>> | Invalid {
  if (!Array.isArray(value)) return parseEach(value, { ...LENGTH, parse: parseLength });
  const flaws = value.flatMap((name: unknown, index): Flaw[] =>
    isName(name) ? [] : [{ path: `[${index}]`, received: name, remedy: NAME }],
  );
  return flaws.length > 0
    ? new Flaws(flaws)
    : Object.fromEntries(value.filter(isName).map((name) => [name, LEAST_SECRET]));
}

function parseLength(value: unknown): number | typeof INVALID {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1024 ? value : INVALID;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** An object of values of one kind. */
function parseEach<T>(value: unknown, part: OptionPart<T>): Readonly<Record<string, T>> | Invalid {
  if (!isRecord(value)) return INVALID;
  const parsed: [string, T][] = [];
  const flaws: Flaw[] = [];
  for (const [name, received] of Object.entries(value)) {
    const result = part.parse(received);
    if (isInvalid(result)) flaws.push({ path: `['${name}']`, received, remedy: part });
    else parsed.push([name, result]);
  }
  return flaws.length > 0 ? new Flaws(flaws) : Object.fromEntries(parsed);
}

/** The option `productionReadiness`. */
export const PRODUCTION_READINESS_FIELD: OptionField<ProductionReadinessSettings> & { readonly variable: string } = {
  page: 'production-readiness',
  variable: 'SHUTDOWN_PRODUCTION_READINESS',
  allowedInVariable: 'refuse, warn, off, true or false',
  allowed:
    "true, false, 'refuse', 'warn', 'off' or { inProduction, secrets, checks, accept, timeout } and nothing else, see " +
    'docs/production-readiness.md',
  example: 'true',
  fallback: 'false',
  purpose: 'refuses to start in production with a problem of the configuration; warns elsewhere',
  parse: parseProductionReadiness,
  parseVariable: parseProductionReadinessVariable,
};
