import { formatDuration } from '../deadline/duration.js';
import { contradictions } from './contradictions.js';
import { NO_DUMP } from './dump-option.js';
import { DEFAULT_EXEMPT } from './exempt-option.js';
import { explainInvalid, explainUnknown, show } from './explain-option.js';
import { INVALID, isInvalid } from './flaws.js';
import { type GracefulShutdownOptions } from './graceful-shutdown-options.js';
import { HEALTH_DEFAULTS, NO_HEALTH_MONITOR } from './health-monitor-option.js';
import { InvalidOptionsError, type OptionProblem } from './invalid-options-error.js';
import { DEFAULT_LONG_LIVED } from './long-lived-option.js';
import { NO_METRICS } from './metrics-option.js';
import { isRecord, type OptionField } from './option-field.js';
import { OPTION_FIELDS, type WrittenOptions } from './option-fields.js';
import { DEFAULT_HEALTH_PATH } from './option-parsers.js';
import { NOT_CHECKED } from './production-readiness-option.js';
import { defaultSignals, isKubernetes, isProduction, NODE_ENV, type ReadVariable } from '../platform/platform.js';
import { DEFAULT_TERMINATION_LOG } from './report-options.js';
import { type Range, type Settings } from './settings.js';
import { explainMisfit, type SharedTime, shareOut, type TimeShares } from './share-out.js';

/** Where options come from, the strongest first. */
export interface OptionSources {
  /** What was passed to `forRoot` or came out of `forRootAsync`. */
  readonly code: unknown;
  /** What the application registered under the namespace `gracefulShutdown` of `@nestjs/config`. */
  readonly namespace?: unknown;
  /** The environment, through `@nestjs/config` where it is installed. */
  readonly variable: ReadVariable;
  readonly platform: NodeJS.Platform;
  /** What errors say that it cannot start. Default: the module. */
  readonly what?: string;
}

/** The options as they were written, and what of them cannot be read. */
export interface ReadOptions {
  readonly options: WrittenOptions;
  /** By option, what stands there: `code`, `namespace`, or the name of its variable. The others are defaults. */
  readonly origins: ReadonlyMap<keyof WrittenOptions, string>;
  readonly problems: readonly OptionProblem[];
}

/** Where the settings will hold. */
export interface Place {
  /** Whether an orchestrator runs the service, or `NODE_ENV` is `production`: elsewhere the default lame duck is 0. */
  readonly isProduction: boolean;
  /** Whether `NODE_ENV` is `test`, in a pod as well: no router sends requests then. */
  readonly isTest?: boolean;
  /** Whether Kubernetes runs the service: it has a file for a message. */
  readonly isKubernetes?: boolean;
  readonly platform: NodeJS.Platform;
}

/** The settings of what was written, complete; with problems the service does not start. */
export interface SettledOptions {
  readonly settings: Settings;
  /** How the time is shared out; what does not fit is among the problems as well. */
  readonly time: SharedTime;
  /** Options that are right by themselves, and cannot both hold; among the problems as well. */
  readonly contradictory: readonly OptionProblem[];
  readonly problems: readonly OptionProblem[];
}

/**
 * Options become {@link Settings}: code, then namespace, then environment, then defaults.
 *
 * @throws InvalidOptionsError with every problem there is.
 */
export function resolveSettings(sources: OptionSources): Settings {
  const read = readOptions(sources);
  const { variable, platform } = sources;
  const place = {
    isProduction: isProduction(variable),
    isTest: variable(NODE_ENV) === 'test',
    isKubernetes: isKubernetes(variable),
    platform,
  };
  const { settings, problems } = settle(read, place);
  if (problems.length > 0) throw new InvalidOptionsError(problems, sources.what);
  return settings;
}

/** Reads the options, wherever they are written. */
export function readOptions({ code, namespace, variable }: Omit<OptionSources, 'platform'>): ReadOptions {
  const problems: OptionProblem[] = [];
  const sources = {
    code: asOptions(code, '', problems),
    namespace: asOptions(namespace, 'gracefulShutdown.', problems),
    variable,
  };
  const origins = new Map<keyof WrittenOptions, string>();
  const options = eachOption((name, field) => {
    const written = findWritten(name, field, sources);
    if (written === undefined) return undefined;
    origins.set(name, written.origin);
    const parsed = written.parse();
    if (!isInvalid(parsed)) return parsed;
    problems.push(...explainInvalid(written, parsed, field));
    return undefined;
  });
  return { options, origins, problems };
}

/** Every option by its name, as `read` has it. */
export function eachOption(read: (name: keyof WrittenOptions, field: OptionField<unknown>) => unknown): WrittenOptions {
  const entries = Object.entries(OPTION_FIELDS).map(([name, field]) => [
    name,
    read(name as keyof WrittenOptions, field),
  ]);
  // The table pairs each name with its parser, which TypeScript cannot follow through the loop.
  return Object.fromEntries(entries) as WrittenOptions;
}

/** Fills in the defaults, and shares the time out. */
export function settle({ options, problems }: Pick<ReadOptions, 'options' | 'problems'>, place: Place): SettledOptions {
  const time = shareOut(options, place.isProduction);
  const { shares, misfit } = time;
  const sums = misfit === undefined || problems.some(isAboutTime) ? [] : [explainMisfit(shares, misfit, options)];
  const contradictory = contradictions(options);
  return {
    settings: Object.freeze({ ...shares, ...withDefaults(options, place) }),
    time,
    contradictory,
    problems: [...problems, ...sums, ...contradictory],
  };
}

type OtherSettings = Omit<Settings, keyof TimeShares>;

const TIME_OPTIONS = ['gracePeriod', 'preStop', 'lameDuck', 'drainTimeout', 'hookBudget'] as const;

/** Options that become settings as they were written: all but the times, `retryAfter` and `readiness`. An option without a setting is an error here. */
type PlainOptions = Pick<
  OtherSettings,
  Exclude<keyof WrittenOptions, (typeof TIME_OPTIONS)[number] | 'retryAfter' | 'readiness'>
>;

const DEFAULTS: Omit<PlainOptions, 'signals' | 'lingerOnClose' | 'terminationLog'> = {
  enabled: true,
  singleReplica: false,
  intake: {},
  lateRequests: 'serve',
  lateRequestBody: undefined,
  exempt: DEFAULT_EXEMPT,
  correlationId: undefined,
  longLived: DEFAULT_LONG_LIVED,
  probePort: undefined,
  drainEndpoint: false,
  livePage: false,
  ecsTaskProtection: 0,
  metrics: NO_METRICS,
  traces: false,
  watchdog: false,
  dump: NO_DUMP,
  health: { isServed: false, path: DEFAULT_HEALTH_PATH },
  healthMonitor: NO_HEALTH_MONITOR,
  healthCheckInterval: HEALTH_DEFAULTS.intervalMs,
  healthHistorySize: HEALTH_DEFAULTS.historySize,
  healthAnomalyThreshold: HEALTH_DEFAULTS.threshold,
  productionReadiness: NOT_CHECKED,
  exit: 'code',
  uncaughtErrors: 'crash',
  raiseOnError: false,
  knownVariables: [],
  reportFile: undefined,
  onReport: undefined,
  resources: { areClosed: true, except: [] },
  acceptUnseen: [],
};
const DEFAULT_READINESS = { cacheForMs: 1000, timeoutMs: 800, eventLoop: undefined };
const DEFAULT_RETRY_AFTER: Range = { min: 1000, max: 1000 };

function withDefaults(options: WrittenOptions, place: Place): OtherSettings {
  const { isProduction, isTest = false, isKubernetes: isPod = false, platform } = place;
  // Routers may still send here when the application is closed by hand.
  const lingerOnClose = isProduction && !isTest;
  const terminationLog = { path: isPod && !isTest ? DEFAULT_TERMINATION_LOG : undefined, isDefault: true };
  const defaults: PlainOptions = { ...DEFAULTS, signals: defaultSignals(platform), lingerOnClose, terminationLog };
  const settings = Object.entries(defaults).map(([name, fallback]: [string, unknown]) => [
    name,
    options[name as keyof PlainOptions] ?? fallback,
  ]);
  return {
    // Each option beside its own default, which TypeScript cannot follow through the loop.
    ...(Object.fromEntries(settings) as PlainOptions),
    readiness: readinessOf(options),
    retryAfterSeconds: inSeconds(options.retryAfter ?? DEFAULT_RETRY_AFTER),
  };
}

/** With one replica a red readiness takes the only pod away. */
function readinessOf({ readiness = DEFAULT_READINESS, singleReplica = false }: WrittenOptions): Settings['readiness'] {
  return { ...readiness, onShutdown: readiness.onShutdown ?? (singleReplica === false ? 'fail' : 'pass') };
}

function inSeconds({ min, max }: Range): Range {
  return { min: Math.ceil(min / 1000), max: Math.ceil(max / 1000) };
}

const TIME_SOURCES: ReadonlySet<string> = new Set(
  [...TIME_OPTIONS, 'singleReplica' as const].flatMap((name) => [name, OPTION_FIELDS[name].variable ?? name]),
);

/** A time that could not be read makes any sum a guess. */
function isAboutTime({ source }: OptionProblem): boolean {
  const [name = ''] = source.replace('gracefulShutdown.', '').split('.');
  return TIME_SOURCES.has(name);
}

function asOptions(value: unknown, prefix: string, problems: OptionProblem[]): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) {
    const message = `received ${show(value)}; allowed: an object of options. Type {} for the defaults.`;
    problems.push({ source: prefix === '' ? 'options' : 'gracefulShutdown', message });
    return {};
  }
  const names = Object.keys(OPTION_FIELDS);
  for (const key of Object.keys(value)) {
    if (names.includes(key)) continue;
    problems.push(explainUnknown({ source: `${prefix}${key}`, value: value[key] }, { names, below: prefix }));
  }
  return value;
}

interface FieldSources {
  readonly code: Record<string, unknown>;
  readonly namespace: Record<string, unknown>;
  readonly variable: ReadVariable;
}

interface FoundOption {
  readonly origin: string;
  /** As errors call it. */
  readonly source: string;
  readonly value: unknown;
  readonly parse: () => unknown;
}

/** The strongest source that says something of an option. */
function findWritten(
  name: keyof GracefulShutdownOptions,
  field: OptionField<unknown>,
  { code, namespace, variable }: FieldSources,
): FoundOption | undefined {
  for (const [origin, options, source] of [
    ['code', code, name],
    ['namespace', namespace, `gracefulShutdown.${name}`],
  ] as const) {
    const value = options[name];
    if (value !== undefined) return { origin, source, value, parse: () => field.parse(value) };
  }
  const text = field.variable === undefined ? undefined : variable(field.variable);
  if (field.variable === undefined || text === undefined || text.trim() === '') return undefined;
  const parse = (): unknown => field.parseVariable?.(text) ?? INVALID;
  return { origin: field.variable, source: field.variable, value: text, parse };
}

/** The settings as a person reads them, for the log at boot. */
export function describeTime(settings: Settings): string {
  const { gracePeriodMs, preStopMs, lameDuck, drainTimeoutMs, hookBudgetMs, marginMs } = settings;
  const duck = lameDuck.minMs === lameDuck.maxMs ? '' : `${formatDuration(lameDuck.minMs)}..`;
  return [
    `grace period ${formatDuration(gracePeriodMs)}`,
    `pre-stop ${formatDuration(preStopMs)}`,
    `lame duck ${duck}${formatDuration(lameDuck.maxMs)}`,
    `drain ${formatDuration(drainTimeoutMs)}`,
    `hooks ${formatDuration(hookBudgetMs)}`,
    `margin ${formatDuration(marginMs)}`,
  ].join(', ');
}
