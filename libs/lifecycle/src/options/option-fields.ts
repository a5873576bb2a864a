import { constants } from 'node:os';
import { parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';
import { type ExitStyle, type GracefulShutdownOptions, type LateRequests } from './graceful-shutdown-options.js';
import { type LameDuck, type Settings } from './settings.js';

/** What a parser answers when the value is not one of those allowed. */
export const INVALID = Symbol('invalid');

/** One option: where it may come from, what it may be, how it is read. The README's table is written from these. */
export interface OptionField<T> {
  /** The environment variable, when there is one. */
  readonly variable?: string;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** A value to type. */
  readonly example: string;
  /** The default, in words. */
  readonly fallback: string;
  /** What it is for, in one line. */
  readonly purpose: string;
  parse(value: unknown): T | typeof INVALID;
  /** How the environment's text is read; without it, as the value itself. */
  parseVariable?(text: string): T | typeof INVALID;
}

const DURATION = "a duration such as '5s', '250ms' or a number of milliseconds, 24 h at most";

/** Every option there is, in the order of the README. */
export const OPTION_FIELDS = {
  enabled: flag({
    variable: 'SHUTDOWN_ENABLED',
    fallback: 'true',
    purpose: 'false leaves signals and traffic to Nest; hooks still run when Nest closes',
  }),
  gracePeriod: duration({
    variable: 'SHUTDOWN_GRACE_PERIOD',
    example: "'30s'",
    fallback: '30s',
    purpose: 'what the platform gives between its signal and SIGKILL',
  }),
  preStop: duration({
    variable: 'SHUTDOWN_PRE_STOP',
    example: "'2s'",
    fallback: '0s',
    purpose: 'what a preStop hook uses up of gracePeriod before the signal',
  }),
  lameDuck: {
    variable: 'SHUTDOWN_LAME_DUCK',
    allowed: "a duration, or { min, max, quiet } with min <= max ('2s..15s' in the environment)",
    example: "'5s'",
    fallback: '5s in production, 0s elsewhere and where nothing listens',
    purpose: 'how long to keep serving with a red readiness, so that routers can look elsewhere',
    parse: parseLameDuck,
    parseVariable: parseLameDuckVariable,
  },
  drainTimeout: duration({
    variable: 'SHUTDOWN_DRAIN_TIMEOUT',
    example: "'15s'",
    fallback: 'the rest of the budget',
    purpose: 'cap on the wait for what is in flight',
  }),
  hookBudget: duration({
    variable: 'SHUTDOWN_HOOK_BUDGET',
    example: "'5s'",
    fallback: '5s',
    purpose: "time kept for hooks, and for Nest's own hooks and dispose",
  }),
  lateRequests: choice<LateRequests>(['serve', 'refuse'], {
    variable: 'SHUTDOWN_LATE_REQUESTS',
    fallback: 'serve',
    purpose: 'what requests get that arrive while draining: an answer, or 503',
  }),
  retryAfter: duration({
    variable: 'SHUTDOWN_RETRY_AFTER',
    example: "'1s'",
    fallback: '1s',
    purpose: 'the Retry-After of a refused request, rounded up to seconds',
  }),
  probePort: {
    variable: 'SHUTDOWN_PROBE_PORT',
    allowed: 'a port number from 0 to 65535 (0: any free one)',
    example: '9000',
    fallback: 'none',
    purpose: 'serves the probes on a port of their own too, open until exit',
    parse: parsePort,
    parseVariable: (text) => (/^\d+$/.test(text.trim()) ? parsePort(Number(text)) : INVALID),
  } satisfies OptionField<number>,
  health: {
    allowed: "true, false or { path } with a path that starts with '/'",
    example: 'true',
    fallback: 'false',
    purpose: 'ready-made /health/live, /health/ready and /health/startup',
    parse: parseHealth,
  } satisfies OptionField<Settings['health']>,
  readiness: {
    allowed: "{ onShutdown: 'fail' | 'pass', cacheFor, timeout }",
    example: "{ onShutdown: 'fail' }",
    fallback: "{ onShutdown: 'fail', cacheFor: '1s', timeout: '800ms' }",
    purpose: "how readiness behaves; 'pass' keeps it green during a shutdown",
    parse: parseReadiness,
  } satisfies OptionField<Settings['readiness']>,
  exit: choice<ExitStyle>(['code', 'signal'], {
    fallback: 'code',
    purpose: 'after a clean stop: exit with code 0, or raise the signal again',
  }),
  signals: {
    allowed: "a list of signal names such as ['SIGTERM', 'SIGINT']; SIGKILL and SIGSTOP cannot be heard",
    example: "['SIGTERM', 'SIGINT']",
    fallback: 'SIGTERM and SIGINT, and SIGBREAK on Windows',
    purpose: 'the signals that start a shutdown',
    parse: parseSignals,
  } satisfies OptionField<readonly NodeJS.Signals[]>,
} as const satisfies Readonly<Record<keyof GracefulShutdownOptions, OptionField<unknown>>>;

type Parsed<T> = T extends OptionField<infer V> ? V : never;

/** Every option somebody wrote, parsed. */
export type WrittenOptions = {
  readonly [K in keyof typeof OPTION_FIELDS]: Parsed<(typeof OPTION_FIELDS)[K]> | undefined;
};

interface Words {
  readonly variable?: string;
  readonly fallback: string;
  readonly purpose: string;
}

function duration(words: Words & { readonly example: string }): OptionField<number> {
  return {
    ...words,
    allowed: DURATION,
    parse: (value) => parseDuration(value) ?? INVALID,
    parseVariable: (text) => parseEnvironmentDuration(text) ?? INVALID,
  };
}

function choice<T extends string>(values: readonly T[], words: Words): OptionField<T> {
  const parse = (value: unknown): T | typeof INVALID => values.find((allowed) => allowed === value) ?? INVALID;
  return {
    ...words,
    allowed: values.map((value) => `'${value}'`).join(' or '),
    example: `'${values[0]}'`,
    parse,
    parseVariable: (text) => parse(text.trim().toLowerCase()),
  };
}

function flag(words: Words): OptionField<boolean> {
  return {
    ...words,
    allowed: 'true or false',
    example: 'true',
    parse: (value) => (typeof value === 'boolean' ? value : INVALID),
    parseVariable: (text) => {
      const word = text.trim().toLowerCase();
      if (['true', '1', 'yes', 'on'].includes(word)) return true;
      return ['false', '0', 'no', 'off'].includes(word) ? false : INVALID;
    },
  };
}

const QUIET_MS = 1000;

function lameDuck(minMs: number, maxMs: number, quietMs = QUIET_MS): LameDuck {
  return { minMs, maxMs, quietMs, isExplicit: true };
}

function parseLameDuck(value: unknown): LameDuck | typeof INVALID {
  if (!isRecord(value)) {
    const ms = parseDuration(value);
    return ms === undefined ? INVALID : lameDuck(ms, ms);
  }
  if (!hasOnlyKeys(value, ['min', 'max', 'quiet'])) return INVALID;
  const min = parseDuration(value['min']);
  const max = parseDuration(value['max']);
  const quiet = value['quiet'] === undefined ? QUIET_MS : parseDuration(value['quiet']);
  if (min === undefined || max === undefined || quiet === undefined || min > max) return INVALID;
  return lameDuck(min, max, quiet);
}

function parseLameDuckVariable(text: string): LameDuck | typeof INVALID {
  const [first = '', last, ...more] = text.split('..');
  const min = parseEnvironmentDuration(first);
  const max = last === undefined ? min : parseEnvironmentDuration(last);
  if (more.length > 0 || min === undefined || max === undefined || min > max) return INVALID;
  return lameDuck(min, max);
}

function parsePort(value: unknown): number | typeof INVALID {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : INVALID;
}

/** Path before `/live`, `/ready`, `/startup`. */
export const DEFAULT_HEALTH_PATH = '/health';

function parseHealth(value: unknown): Settings['health'] | typeof INVALID {
  if (typeof value === 'boolean') return { isServed: value, path: DEFAULT_HEALTH_PATH };
  if (!isRecord(value) || !hasOnlyKeys(value, ['path'])) return INVALID;
  const path = value['path'] ?? DEFAULT_HEALTH_PATH;
  if (typeof path !== 'string' || !/^\/[\w\-./~]*$/.test(path)) return INVALID;
  return { isServed: true, path: path.replace(/\/+$/, '') };
}

function parseReadiness(value: unknown): Settings['readiness'] | typeof INVALID {
  if (!isRecord(value) || !hasOnlyKeys(value, ['onShutdown', 'cacheFor', 'timeout'])) return INVALID;
  const onShutdown = value['onShutdown'] ?? 'fail';
  const cacheForMs = parseDuration(value['cacheFor'] ?? '1s');
  const timeoutMs = parseDuration(value['timeout'] ?? '800ms');
  if ((onShutdown !== 'fail' && onShutdown !== 'pass') || cacheForMs === undefined || !timeoutMs) return INVALID;
  return { onShutdown, cacheForMs, timeoutMs };
}

/** Those of this platform, and Windows' own; what cannot be heard left out. */
const SIGNAL_NAMES: ReadonlySet<string> = new Set(
  [...Object.keys(constants.signals), 'SIGBREAK'].filter((name) => name !== 'SIGKILL' && name !== 'SIGSTOP'),
);

function parseSignals(value: unknown): readonly NodeJS.Signals[] | typeof INVALID {
  if (!Array.isArray(value) || value.length === 0) return INVALID;
  const isName = (name: unknown): name is NodeJS.Signals => typeof name === 'string' && SIGNAL_NAMES.has(name);
  return value.every(isName) ? [...new Set(value)] : INVALID;
}

/** Whether a foreign value is an object with named fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnlyKeys(value: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}
