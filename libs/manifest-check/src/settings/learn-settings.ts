import { type Field } from '../source/field.js';
import { formatMs, parseDuration, parseDurationRange } from './duration.js';
import { marginOf, smallestSeconds } from './grace-period.js';
import { type PrintedSettings } from './printed-settings.js';
import { type ServiceSettings, type SettingProblem } from './service-settings.js';

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

function fromPrinted({ settings, server }: PrintedSettings, written: WrittenVariables): ServiceSettings {
  const { health, readiness, lameDuck, ...others } = settings;
  const shares = lameDuck.isExplicit ? { ...others, lameDuck } : { ...others, ...asInProduction(settings) };
  return {
    ...shares,
    probePort: settings.probePort ?? undefined,
    healthPath: health.isServed ? health.path : undefined,
    readinessOnShutdown: readiness.onShutdown,
    server: server ?? {},
    origin: 'printed',
    variables: written.fields,
    problems: [],
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
  const probePort = written.read('SHUTDOWN_PROBE_PORT', parsePort, 'a port number');
  const lateRequests = written.read('SHUTDOWN_LATE_REQUESTS', parseLateRequests, 'serve or refuse');
  const enabled = written.read('SHUTDOWN_ENABLED', parseFlag, 'true or false');
  written.read('SHUTDOWN_RETRY_AFTER', parseDurationRange, 'a duration, or 1s..5s');
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
  const time = (name: string): number | undefined => written.read(name, parseDuration, 'a duration such as 5s');
  const gracePeriodMs = time('SHUTDOWN_GRACE_PERIOD') ?? DEFAULT_GRACE_MS;
  const times: WrittenTimes = {
    preStopMs: time('SHUTDOWN_PRE_STOP'),
    lameDuck: written.read('SHUTDOWN_LAME_DUCK', parseDurationRange, 'a duration, or 2s..15s'),
    hookBudgetMs: time('SHUTDOWN_HOOK_BUDGET'),
    drainTimeoutMs: time('SHUTDOWN_DRAIN_TIMEOUT'),
  };
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

  read<T>(name: string, parse: (text: string) => T | undefined, allowed: string): T | undefined {
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
