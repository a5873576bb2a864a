import { formatDuration } from '../deadline/duration.js';
import { contradictions } from './contradictions.js';
import { DEFAULT_EXEMPT } from './exempt-option.js';
import { explainInvalid, explainUnknown, show } from './explain-option.js';
import { INVALID, isInvalid } from './flaws.js';
import { type GracefulShutdownOptions } from './graceful-shutdown-options.js';
import { InvalidOptionsError, type OptionProblem } from './invalid-options-error.js';
import { DEFAULT_LONG_LIVED } from './long-lived-option.js';
import { isRecord, type OptionField } from './option-field.js';
import { OPTION_FIELDS, type WrittenOptions } from './option-fields.js';
import { DEFAULT_HEALTH_PATH } from './option-parsers.js';
import { defaultSignals, isProduction, type ReadVariable } from './platform.js';
import { type Range, type Settings } from './settings.js';
import { shareOut } from './share-out.js';

/** Where options come from, the strongest first. */
export interface OptionSources {
  /** What was passed to `forRoot` or came out of `forRootAsync`. */
  readonly code: unknown;
  /** What the application registered under the namespace `gracefulShutdown` of `@nestjs/config`. */
  readonly namespace?: unknown;
  /** The environment, through `@nestjs/config` where it is installed. */
  readonly variable: ReadVariable;
  readonly platform: NodeJS.Platform;
}

/**
 * The one place where options become {@link Settings}: code, then namespace, then environment, then defaults.
 *
 * @throws InvalidOptionsError with every problem there is.
 */
export function resolveSettings(sources: OptionSources): Settings {
  const problems: OptionProblem[] = [];
  const code = asOptions(sources.code, '', problems);
  const namespace = asOptions(sources.namespace, 'gracefulShutdown.', problems);

  const written = <K extends keyof WrittenOptions>(name: K): WrittenOptions[K] => {
    const field: OptionField<unknown> = OPTION_FIELDS[name];
    const parsed = readField(name, field, { code, namespace, variable: sources.variable }, problems);
    // The table pairs each name with its parser, which TypeScript cannot follow through the generic index.
    return parsed as WrittenOptions[K];
  };
  const options: WrittenOptions = {
    enabled: written('enabled'),
    gracePeriod: written('gracePeriod'),
    preStop: written('preStop'),
    lameDuck: written('lameDuck'),
    drainTimeout: written('drainTimeout'),
    hookBudget: written('hookBudget'),
    lateRequests: written('lateRequests'),
    retryAfter: written('retryAfter'),
    lateRequestBody: written('lateRequestBody'),
    exempt: written('exempt'),
    correlationId: written('correlationId'),
    longLived: written('longLived'),
    probePort: written('probePort'),
    health: written('health'),
    readiness: written('readiness'),
    exit: written('exit'),
    signals: written('signals'),
  };

  const time = shareOut(options, isProduction(sources.variable));
  if (time.problem !== undefined && !problems.some(isAboutTime)) problems.push(time.problem);
  problems.push(...contradictions(options));
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return Object.freeze({ ...time.shares, ...withDefaults(options, sources.platform) });
}

type OtherSettings = Omit<Settings, keyof ReturnType<typeof shareOut>['shares']>;

function withDefaults(options: WrittenOptions, platform: NodeJS.Platform): OtherSettings {
  return {
    enabled: options.enabled ?? true,
    lateRequests: options.lateRequests ?? 'serve',
    retryAfterSeconds: inSeconds(options.retryAfter ?? DEFAULT_RETRY_AFTER),
    lateRequestBody: options.lateRequestBody,
    exempt: options.exempt ?? DEFAULT_EXEMPT,
    correlationId: options.correlationId,
    longLived: options.longLived ?? DEFAULT_LONG_LIVED,
    probePort: options.probePort,
    health: options.health ?? { isServed: false, path: DEFAULT_HEALTH_PATH },
    readiness: options.readiness ?? DEFAULT_READINESS,
    exit: options.exit ?? 'code',
    signals: options.signals ?? defaultSignals(platform),
  };
}

const DEFAULT_RETRY_AFTER: Range = { min: 1000, max: 1000 };

function inSeconds({ min, max }: Range): Range {
  return { min: Math.ceil(min / 1000), max: Math.ceil(max / 1000) };
}

const DEFAULT_READINESS: Settings['readiness'] = { onShutdown: 'fail', cacheForMs: 1000, timeoutMs: 800 };

const TIME_SOURCES: ReadonlySet<string> = new Set(
  (['gracePeriod', 'preStop', 'lameDuck', 'drainTimeout', 'hookBudget'] as const).flatMap((name) => [
    name,
    OPTION_FIELDS[name].variable ?? name,
  ]),
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

function readField(
  name: keyof GracefulShutdownOptions,
  field: OptionField<unknown>,
  sources: FieldSources,
  problems: OptionProblem[],
): unknown {
  const keep = (source: string, value: unknown, parsed: unknown): unknown => {
    if (!isInvalid(parsed)) return parsed;
    problems.push(...explainInvalid({ source, value }, parsed, field));
    return undefined;
  };
  if (sources.code[name] !== undefined) return keep(name, sources.code[name], field.parse(sources.code[name]));
  if (sources.namespace[name] !== undefined) {
    return keep(`gracefulShutdown.${name}`, sources.namespace[name], field.parse(sources.namespace[name]));
  }
  const text = field.variable === undefined ? undefined : sources.variable(field.variable);
  if (field.variable === undefined || text === undefined || text.trim() === '') return undefined;
  return keep(field.variable, text, field.parseVariable?.(text) ?? INVALID);
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
