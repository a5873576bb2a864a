import { type Field } from '../source/field.js';
import { formatMs, parseDuration, parseDurationRange } from './duration.js';
import { marginOf, smallestSeconds } from './grace-period.js';
import { type PrintedSettings } from './printed-settings.js';
import { type ServiceSettings, type SettingDifference, type SettingProblem } from './service-settings.js';

/** Where the settings of a service can be learned from, the strongest first. */
export interface SettingSources {
  readonly printed: PrintedSettings | undefined;
  /** The variables a file gives the service; `undefined` for what is not there, or not in any file. */
  readonly variable: (name: string) => Field | undefined;
  /** Whether an orchestrator runs it, or `NODE_ENV` is `production`: elsewhere the default lame duck is 0. */
  readonly isProduction: boolean;
}

/** The defaults of `nestjs-lifecycle`; a test keeps them equal to its own. */
const DEFAULT_GRACE_MS = 30_000;
const DEFAULT_SHARE_MS = 5000;
const LEAST_DRAIN_MS = 1000;

/** What the service will do: as it says itself, else as its environment says, else as it does by default. */
export function learnSettings(sources: SettingSources): ServiceSettings {
  const written = new WrittenVariables(sources.variable);
  return sources.printed === undefined ? fromVariables(sources, written) : fromPrinted(sources.printed, written);
}

function fromPrinted(printed: PrintedSettings, written: WrittenVariables): ServiceSettings {
  const { settings, server } = printed;
  const { health, readiness, lameDuck, ...others } = settings;
  const differences = differencesOf(printed, written);
  const asPrinted = lameDuck.isExplicit ? { ...others, lameDuck } : { ...others, ...asInProduction(settings) };
  const shares = differences.length === 0 ? asPrinted : { ...others, ...inThisEnvironment(printed, written) };
  return {
    ...shares,
    probePort: shares.probePort ?? undefined,
    healthPath: health.isServed ? health.path : undefined,
    readinessOnShutdown: readiness.onShutdown,
    server: server ?? {},
    origin: 'printed',
    variables: written.fields,
    differences,
    problems: written.problems,
  };
}

function differencesOf({ environment = {} }: PrintedSettings, { fields }: WrittenVariables): SettingDifference[] {
  return [...fields].flatMap(([name, field]) => {
    const printedText = environment[name];
    if (printedText === undefined || isSame(field.text ?? '', printedText ?? '')) return [];
    return [{ name, field, printedText }];
  });
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => parseDurationRange(text.trim()));
  const isSameTime = first !== undefined && first.minMs === second?.minMs && first.maxMs === second.maxMs;
  return isSameTime || one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** What the code has written stays; what the environment may say is what it says here, else what it said there. */
function inThisEnvironment({ settings, environment = {} }: PrintedSettings, written: WrittenVariables) {
  const said = <T>(name: VariableName, ofCode: T, reader: Reader<T>): T | undefined => {
    if (environment[name] === undefined) return ofCode;
    return written.fields.has(name) ? written.read(name, reader) : reader.parse(environment[name]?.trim() ?? '');
  };
  const gracePeriodMs = said('SHUTDOWN_GRACE_PERIOD', settings.gracePeriodMs, DURATION) ?? DEFAULT_GRACE_MS;
  const times: WrittenTimes = {
    preStopMs: said('SHUTDOWN_PRE_STOP', settings.preStopMs, DURATION),
    // One that nobody has written is a share of the grace period.
    lameDuck: said('SHUTDOWN_LAME_DUCK', settings.lameDuck.isExplicit ? settings.lameDuck : undefined, RANGE),
    hookBudgetMs: said('SHUTDOWN_HOOK_BUDGET', settings.hookBudgetMs, DURATION),
    drainTimeoutMs: said('SHUTDOWN_DRAIN_TIMEOUT', settings.drainTimeoutMs, DURATION),
  };
  return {
    enabled: said('SHUTDOWN_ENABLED', settings.enabled, FLAG) ?? true,
    lateRequests: said('SHUTDOWN_LATE_REQUESTS', settings.lateRequests, LATE_REQUESTS) ?? 'serve',
    probePort: said('SHUTDOWN_PROBE_PORT', settings.probePort, PORT),
    ...sharesOf(times, gracePeriodMs, { isProduction: true, written }),
  };
}

/** On the laptop that printed them the default lame duck may have been 0; where the files are for, it is not. */
function asInProduction(settings: PrintedSettings['settings']): Pick<ServiceSettings, 'lameDuck' | 'drainTimeoutMs'> {
  const { budgetMs, hookBudgetMs, drainTimeoutMs } = settings;
  const duckMs = Math.min(DEFAULT_SHARE_MS, budgetMs / 4);
  return {
    lameDuck: { minMs: duckMs, maxMs: duckMs },
    drainTimeoutMs: Math.min(drainTimeoutMs, Math.max(0, budgetMs - duckMs - hookBudgetMs)),
  };
}

function fromVariables({ isProduction }: SettingSources, written: WrittenVariables): ServiceSettings {
  const probePort = written.read('SHUTDOWN_PROBE_PORT', PORT);
  const lateRequests = written.read('SHUTDOWN_LATE_REQUESTS', LATE_REQUESTS);
  const enabled = written.read('SHUTDOWN_ENABLED', FLAG);
  written.read('SHUTDOWN_RETRY_AFTER', { parse: parseDurationRange, allowed: 'a duration, or 1s..5s' });
  const shares = shareOut(written, isProduction);
  return {
    ...shares,
    enabled: enabled ?? true,
    lateRequests: lateRequests ?? 'serve',
    probePort,
    healthPath: undefined,
    readinessOnShutdown: 'fail',
    signals: ['SIGTERM', 'SIGINT'],
    server: {},
    origin: written.fields.size > 0 ? 'environment' : 'defaults',
    variables: written.fields,
    differences: [],
    problems: written.problems,
  };
}

/** The times that somebody wrote. */
interface WrittenTimes {
  readonly preStopMs: number | undefined;
  readonly lameDuck: ServiceSettings['lameDuck'] | undefined;
  readonly hookBudgetMs: number | undefined;
  readonly drainTimeoutMs: number | undefined;
}

/**
 * As the service shares its grace period out. Where it would refuse to, the shares are those it has when what is wrong has
 * been set right, so that all that is found fits together.
 */
function shareOut(written: WrittenVariables, isProduction: boolean): Shares {
  const time = (name: VariableName): number | undefined => written.read(name, DURATION);
  const gracePeriodMs = time('SHUTDOWN_GRACE_PERIOD') ?? DEFAULT_GRACE_MS;
  const times: WrittenTimes = {
    preStopMs: time('SHUTDOWN_PRE_STOP'),
    lameDuck: written.read('SHUTDOWN_LAME_DUCK', RANGE),
    hookBudgetMs: time('SHUTDOWN_HOOK_BUDGET'),
    drainTimeoutMs: time('SHUTDOWN_DRAIN_TIMEOUT'),
  };
  return sharesOf(times, gracePeriodMs, { isProduction, written });
}

function sharesOf(
  times: WrittenTimes,
  gracePeriodMs: number,
  { isProduction, written }: { readonly isProduction: boolean; readonly written: WrittenVariables },
): Shares {
  const { shares, restMs } = share(times, isProduction, gracePeriodMs);
  if (restMs > 0 && restMs >= (times.drainTimeoutMs ?? 0)) return shares;
  const neededMs = 1000 * neededSeconds(times, isProduction);
  written.refuseSum(shares, neededMs);
  return share(times, isProduction, neededMs).shares;
}

/** Defaults shrink with the grace period, each to a quarter of the budget at most; what is left is for the drain. */
function share(
  times: WrittenTimes,
  isProduction: boolean,
  gracePeriodMs: number,
): { readonly shares: Shares; readonly restMs: number } {
  const preStopMs = times.preStopMs ?? 0;
  const marginMs = marginOf(gracePeriodMs);
  const budgetMs = gracePeriodMs - preStopMs - marginMs;
  const defaultMs = Math.min(DEFAULT_SHARE_MS, Math.max(0, budgetMs / 4));
  const duckMs = isProduction ? defaultMs : 0;
  const lameDuck = times.lameDuck ?? { minMs: duckMs, maxMs: duckMs };
  const hookBudgetMs = times.hookBudgetMs ?? defaultMs;
  const restMs = budgetMs - lameDuck.maxMs - hookBudgetMs;
  const drainTimeoutMs = times.drainTimeoutMs ?? Math.max(0, restMs);
  return {
    shares: { gracePeriodMs, preStopMs, marginMs, budgetMs, lameDuck, hookBudgetMs, drainTimeoutMs },
    restMs,
  };
}

/** What the service itself says that it needs: a second for the drain, where nobody wrote how long it takes. */
function neededSeconds(times: WrittenTimes, isProduction: boolean): number {
  const { preStopMs = 0, lameDuck, hookBudgetMs = 0, drainTimeoutMs = 0 } = times;
  const leastDrainMs = Math.max(1, times.drainTimeoutMs ?? LEAST_DRAIN_MS);
  const writtenMs = preStopMs + (lameDuck?.maxMs ?? 0) + hookBudgetMs + drainTimeoutMs;
  return smallestSeconds(writtenMs, (ms) => share(times, isProduction, ms).restMs >= leastDrainMs);
}

type Shares = Pick<
  ServiceSettings,
  'gracePeriodMs' | 'preStopMs' | 'marginMs' | 'budgetMs' | 'lameDuck' | 'hookBudgetMs' | 'drainTimeoutMs'
>;

/** The variables that somebody wrote, and what is wrong with them. */
class WrittenVariables {
  readonly fields = new Map<string, Field>();
  readonly problems: SettingProblem[] = [];

  constructor(variable: (name: string) => Field | undefined) {
    for (const name of VARIABLES) {
      const field = variable(name);
      if (field?.text !== undefined && field.text.trim() !== '') this.fields.set(name, field);
    }
  }

  read<T>(name: VariableName, { parse, allowed }: Reader<T>): T | undefined {
    const field = this.fields.get(name);
    if (field?.text === undefined) return undefined;
    const parsed = parse(field.text.trim());
    if (parsed === undefined) {
      const message = `${name} is ${JSON.stringify(field.text)}; allowed: ${allowed}`;
      this.problems.push({ field, message, remedy: `Give ${name} ${allowed}.` });
    }
    return parsed;
  }

  /** The service would not start either, and says the same sum. */
  refuseSum(shares: Shares, neededMs: number): void {
    const { gracePeriodMs, preStopMs, lameDuck, drainTimeoutMs, hookBudgetMs, marginMs } = shares;
    const [field] = this.fields.values();
    if (field === undefined || this.problems.length > 0) return;
    const sumMs = preStopMs + lameDuck.maxMs + drainTimeoutMs + hookBudgetMs + marginMs;
    const message =
      `pre-stop ${formatMs(preStopMs)} + lame duck ${formatMs(lameDuck.maxMs)} + drain ${formatMs(drainTimeoutMs)} + ` +
      `hooks ${formatMs(hookBudgetMs)} + margin ${formatMs(marginMs)} = ${formatMs(sumMs)} ` +
      `${sumMs > gracePeriodMs ? 'do not fit into' : 'leave nothing for the drain of'} the grace period of ${formatMs(gracePeriodMs)}`;
    const seconds = neededMs / 1000;
    const remedy =
      `env:\n  - name: SHUTDOWN_GRACE_PERIOD\n    value: ${seconds}s   # and terminationGracePeriodSeconds: ${seconds}; ` +
      'or shorten the others';
    this.problems.push({ field: this.fields.get('SHUTDOWN_GRACE_PERIOD') ?? field, message, remedy });
  }
}

const VARIABLES = [
  'SHUTDOWN_ENABLED',
  'SHUTDOWN_GRACE_PERIOD',
  'SHUTDOWN_PRE_STOP',
  'SHUTDOWN_LAME_DUCK',
  'SHUTDOWN_DRAIN_TIMEOUT',
  'SHUTDOWN_HOOK_BUDGET',
  'SHUTDOWN_LATE_REQUESTS',
  'SHUTDOWN_RETRY_AFTER',
  'SHUTDOWN_PROBE_PORT',
] as const;

type VariableName = (typeof VARIABLES)[number];

/** How the text of a variable is read, and what it may be, in words. */
interface Reader<T> {
  readonly parse: (text: string) => T | undefined;
  readonly allowed: string;
}

const DURATION: Reader<number> = { parse: parseDuration, allowed: 'a duration such as 5s' };
const RANGE: Reader<ServiceSettings['lameDuck'] | undefined> = {
  parse: parseDurationRange,
  allowed: 'a duration, or 2s..15s',
};
const PORT: Reader<number | undefined> = { parse: parsePort, allowed: 'a port number' };
const FLAG: Reader<boolean> = { parse: parseFlag, allowed: 'true or false' };
const LATE_REQUESTS: Reader<'serve' | 'refuse'> = { parse: parseLateRequests, allowed: 'serve or refuse' };

function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function parseLateRequests(text: string): 'serve' | 'refuse' | undefined {
  return (['serve', 'refuse'] as const).find((word) => word === text.toLowerCase());
}

function parseFlag(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  return ['false', '0', 'no', 'off'].includes(word) ? false : undefined;
}
