import { type Duration, parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';
import { Flaws, INVALID, type Invalid, isInvalid } from './flaws.js';
import { isRecord, type OptionField, parseFlag, parseParts } from './option-field.js';

/** How the health monitor checks, what its page shows, and whether a low score makes the service not ready. */
export interface HealthMonitorOptions {
  /** How long one check may take. Default 5 s, and never more than `healthCheckInterval`. */
  readonly timeout?: Duration | undefined;
  /** Makes the service not ready while its score is low. `true` takes the defaults. Default `false`. */
  readonly shed?: boolean | ShedOptions | undefined;
  /** The version of the application, for the page. Default: that of `npm_package_version`, else none. */
  readonly version?: string | undefined;
  /** Names of variables that the page shows, such as `['REGION']`. Those that look secret are hidden. Default: none. */
  readonly variables?: readonly string[] | undefined;
}

/** When readiness is shed, and when it comes back. */
export interface ShedOptions {
  /** Not ready once the score was below this in `checks` rounds in a row, from 0 to 1. Default 0.5. */
  readonly below?: number | undefined;
  /** Ready again once the score was at least this in `checks` rounds in a row; more than `below`. Default 0.8. */
  readonly above?: number | undefined;
  /** How many rounds in a row it takes, a whole number from 2 to 100. Default 3. */
  readonly checks?: number | undefined;
}

/** How the health monitor works. */
export interface HealthMonitorSettings {
  readonly isOn: boolean;
  /** How long one check may take; never more than the interval. */
  readonly timeoutMs: number;
  /** `undefined`: readiness does not depend on the score. */
  readonly shed: ShedSettings | undefined;
  readonly version: string | undefined;
  readonly variables: readonly string[];
}

/** When readiness is shed. */
export interface ShedSettings {
  readonly below: number;
  readonly above: number;
  readonly checks: number;
}

/** No monitor. */
export const NO_HEALTH_MONITOR: HealthMonitorSettings = {
  isOn: false,
  timeoutMs: 5000,
  shed: undefined,
  version: undefined,
  variables: [],
};

/** As earlier systems have them, so that their variables go on to mean the same. */
export const HEALTH_DEFAULTS = { intervalMs: 30_000, historySize: 100, threshold: 0.8 };

const DEFAULT_SHED: ShedSettings = { below: 0.5, above: 0.8, checks: 3 };
/** The smallest history: the score needs the last five checks, and something to compare them with. */
const LEAST_HISTORY = 20;
const MOST_HISTORY = 1000;
const MOST_VARIABLES = 50;

const SCORE = { allowed: 'a number of more than 0, and 1 at most', example: '0.5', parse: parseScore };

const SHED_PARTS = {
  below: SCORE,
  above: { ...SCORE, example: '0.8' },
  checks: {
    allowed: 'a whole number from 2 to 100: one failed check makes no service not ready',
    example: '3',
    parse: (value: unknown) => wholeNumber(value, 2, 100),
  },
};

const PARTS = {
  timeout: {
    allowed: "a duration of more than 0, such as '2s'",
    example: "'2s'",
    parse: (value: unknown) => parseDuration(value) || INVALID,
  },
  shed: { allowed: 'true, false or { below, above, checks }', example: 'true', parse: parseShed },
  version: {
    allowed: 'a text',
    example: "'1.4.2'",
    parse: (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : INVALID),
  },
  variables: {
    allowed: `a list of at most ${MOST_VARIABLES} names of variables`,
    example: "['REGION']",
    parse: (value: unknown) => (isListOfNames(value) ? value : INVALID),
  },
};

function parseMonitor(value: unknown): HealthMonitorSettings | Invalid {
  if (typeof value === 'boolean') return { ...NO_HEALTH_MONITOR, isOn: value };
  const written = parseParts(value, PARTS);
  if (isInvalid(written)) return written;
  const { timeout = NO_HEALTH_MONITOR.timeoutMs, shed, ...others } = written;
  return { ...NO_HEALTH_MONITOR, ...others, isOn: true, timeoutMs: timeout, shed: shed === false ? undefined : shed };
}

/** `false` where it is off: `undefined` is a part that was left out. */
function parseShed(value: unknown): ShedSettings | false | Invalid {
  if (typeof value === 'boolean') return value && DEFAULT_SHED;
  const written = parseParts(value, SHED_PARTS);
  if (isInvalid(written)) return written;
  const shed = { ...DEFAULT_SHED, ...written };
  if (shed.below < shed.above) return shed;
  const remedy = { allowed: `a score of more than below, ${shed.below}`, example: '0.8' };
  return new Flaws([{ path: '.above', received: isRecord(value) ? value['above'] : undefined, remedy }]);
}

function parseScore(value: unknown): number | typeof INVALID {
  return typeof value === 'number' && value > 0 && value <= 1 ? value : INVALID;
}

function wholeNumber(value: unknown, least: number, most: number): number | typeof INVALID {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : INVALID;
}

function isListOfNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST_VARIABLES && value.every((name) => typeof name === 'string');
}

/** A number in the environment; `NaN` for any other text, which no parser takes. */
function numberOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
}

const PAGE = 'health-monitor';

/** The options of the health monitor. */
export const HEALTH_FIELDS = {
  healthMonitor: {
    page: PAGE,
    variable: 'HEALTH_ENABLED',
    allowedInVariable: 'true or false',
    allowed: 'true, false or { timeout, shed, version, variables } and nothing else',
    example: 'true',
    fallback: 'false',
    purpose: 'checks components at an interval, scores them, and serves /health/detailed on the probe port',
    parse: parseMonitor,
    parseVariable: (text) => {
      const isOn = parseFlag(text);
      return isOn === undefined ? INVALID : { ...NO_HEALTH_MONITOR, isOn };
    },
  } satisfies OptionField<HealthMonitorSettings>,
  healthCheckInterval: {
    page: PAGE,
    variable: 'HEALTH_CHECK_INTERVAL',
    allowedInVariable: 'a duration of 100ms or more, 24 h at most; a bare number is seconds',
    allowed: "a duration of '100ms' or more, 24 h at most",
    example: "'30s'",
    fallback: '30s',
    purpose: 'how often every component is checked',
    parse: (value) => atLeast(100, parseDuration(value)),
    parseVariable: (text) => atLeast(100, parseEnvironmentDuration(text)),
  } satisfies OptionField<number>,
  healthHistorySize: {
    page: PAGE,
    variable: 'HEALTH_HISTORY_SIZE',
    allowed: `a whole number from ${LEAST_HISTORY} to ${MOST_HISTORY}`,
    example: '100',
    fallback: '100',
    purpose: 'how many checks of a component are kept, to compare the last five with',
    parse: (value) => wholeNumber(value, LEAST_HISTORY, MOST_HISTORY),
    parseVariable: (text) => wholeNumber(numberOf(text), LEAST_HISTORY, MOST_HISTORY),
  } satisfies OptionField<number>,
  healthAnomalyThreshold: {
    page: PAGE,
    variable: 'HEALTH_ANOMALY_THRESHOLD',
    allowed: SCORE.allowed,
    example: '0.8',
    fallback: '0.8',
    purpose: 'the score below which a component is degraded and an alert is raised',
    parse: parseScore,
    parseVariable: (text) => parseScore(numberOf(text)),
  } satisfies OptionField<number>,
} as const;

function atLeast(least: number, ms: number | undefined): number | typeof INVALID {
  return ms === undefined || ms < least ? INVALID : ms;
}
