import { slippedSeconds } from './implausible-times.js';
import { formatDuration } from '../deadline/duration.js';
import { type OptionProblem } from './invalid-options-error.js';
import { QUIET_MS } from './lame-duck-option.js';
import { type WrittenOptions } from './option-fields.js';
import { type LameDuck, type Settings } from './settings.js';

/** What becomes of the time that the platform gives. */
export type TimeShares = Pick<
  Settings,
  | 'gracePeriodMs'
  | 'preStopMs'
  | 'marginMs'
  | 'budgetMs'
  | 'lameDuck'
  | 'drainTimeoutMs'
  | 'isDrainCapped'
  | 'hookBudgetMs'
>;

/** The options that the shares are made of. */
export type TimeOptions = Pick<
  WrittenOptions,
  'gracePeriod' | 'preStop' | 'lameDuck' | 'singleReplica' | 'drainTimeout' | 'hookBudget'
>;

/** Times that do not fit into the grace period. */
export interface TimeMisfit {
  /** What everything that is written and the defaults come to, with the margin. */
  readonly sumMs: number;
  /** The smallest grace period that fits, in whole seconds. */
  readonly neededSeconds: number;
}

/** The shares of a grace period. */
export interface SharedTime {
  readonly shares: TimeShares;
  /** `undefined` when everything fits. */
  readonly misfit: TimeMisfit | undefined;
}

const DEFAULT_GRACE_MS = 30_000;
const LARGEST_MARGIN_MS = 2000;
const DEFAULT_SHARE_MS = 5000;
/** The default lame duck may take one of so many parts of what is left for the drain, while requests go on to come. */
const LONGER_PART = 3;
/** How long no request must have come before another pod counts as the one that gets them. */
const ALONE_QUIET_MS = 3000;

/** What is kept free before the platform's SIGKILL, in a grace period of this length. */
export function marginOf(gracePeriodMs: number): number {
  return Math.min(LARGEST_MARGIN_MS, gracePeriodMs / 10);
}

/**
 * Shares the grace period out. Defaults shrink with it (each at most a quarter of the budget), so a short
 * `gracePeriod` alone always fits; what is written is taken as it is, and has to fit.
 */
export function shareOut(options: TimeOptions, isProduction: boolean): SharedTime {
  const { shares, restMs } = share(options, isProduction, options.gracePeriod ?? DEFAULT_GRACE_MS);
  if (restMs > 0 && restMs >= (options.drainTimeout ?? 0)) return { shares, misfit: undefined };
  const { preStopMs, lameDuck, hookBudgetMs, marginMs } = shares;
  const sumMs = preStopMs + lameDuck.maxMs + (options.drainTimeout ?? 0) + hookBudgetMs + marginMs;
  return { shares, misfit: { sumMs, neededSeconds: neededSeconds(options, isProduction) } };
}

/** The shares of a grace period, and what they leave for the drain; less than nothing when they do not fit. */
function share(
  options: TimeOptions,
  isProduction: boolean,
  gracePeriodMs: number,
): { readonly shares: TimeShares; readonly restMs: number } {
  const preStopMs = options.preStop ?? 0;
  const marginMs = marginOf(gracePeriodMs);
  const budgetMs = gracePeriodMs - preStopMs - marginMs;
  const defaultMs = Math.min(DEFAULT_SHARE_MS, Math.max(0, budgetMs / 4));
  const duckMs = isProduction ? defaultMs : 0;
  const least = lameDuckWithin(options, duckMs, defaultMs);
  const hookBudgetMs = options.hookBudget ?? defaultMs;
  const restMs = budgetMs - least.maxMs - hookBudgetMs;
  const longerMs = isProduction ? longerBy(least.minMs, { options, budgetMs, restMs }) : 0;
  const lameDuck = { ...least, maxMs: least.maxMs + longerMs };
  const drainTimeoutMs = options.drainTimeout ?? Math.max(0, restMs - longerMs);
  const isDrainCapped = options.drainTimeout !== undefined;
  const shares = {
    gracePeriodMs,
    preStopMs,
    marginMs,
    budgetMs,
    lameDuck,
    drainTimeoutMs,
    isDrainCapped,
    hookBudgetMs,
  };
  return { shares, restMs };
}

/** What the longest lame duck depends on: the budget, and what the shortest one leaves of it. */
interface Left {
  readonly options: TimeOptions;
  readonly budgetMs: number;
  readonly restMs: number;
}

/**
 * How much longer the lame duck may get while requests come, unless it was written. By default as long again as it is at least, as
 * far as what is written for the drain leaves it, or a third of what is there for the drain. With one replica as long as the
 * budget leaves, but for the drain's own default share.
 */
function longerBy(leastMs: number, { options, budgetMs, restMs }: Left): number {
  const { lameDuck, singleReplica = false, drainTimeout } = options;
  if (lameDuck !== undefined) return 0;
  const isAlone = singleReplica !== false;
  const unaskedMs = isAlone ? restMs - Math.min(DEFAULT_SHARE_MS, budgetMs / 4) : restMs / LONGER_PART;
  const spareMs = drainTimeout === undefined ? unaskedMs : restMs - Math.max(1, drainTimeout);
  return Math.max(0, Math.floor(isAlone ? spareMs : Math.min(leastMs, spareMs)));
}

/** `{ untilProbesFailed }` alone takes what a lame duck takes by default, wherever it runs: it was asked for. */
function lameDuckWithin(
  { lameDuck, singleReplica = false }: TimeOptions,
  unaskedMs: number,
  askedMs: number,
): LameDuck {
  if (lameDuck !== undefined) return { ...lameDuck, maxMs: lameDuck.maxMs ?? Math.max(lameDuck.minMs, askedMs) };
  const isAlone = singleReplica !== false;
  // Where no routers are, nothing is waited for.
  const ms = isAlone && unaskedMs > 0 ? Math.max(singleReplica, unaskedMs) : unaskedMs;
  const quietMs = isAlone ? ALONE_QUIET_MS : QUIET_MS;
  return { minMs: ms, maxMs: ms, quietMs, untilProbesFailed: undefined, isExplicit: false };
}

/** The smallest grace period that fits, in seconds: defaults and the margin grow with it, so it is found by trying. */
function neededSeconds(options: TimeOptions, isProduction: boolean): number {
  const leastDrainMs = Math.max(1, options.drainTimeout ?? 1000);
  let seconds = 1;
  while (share(options, isProduction, seconds * 1000).restMs < leastDrainMs) seconds += 1;
  return seconds;
}

/** Shares that are longer by themselves than the grace period: perhaps milliseconds that were taken for seconds. */
function slips(shares: TimeShares, options: TimeOptions): string {
  const written: [string, number | undefined][] = [
    ['SHUTDOWN_PRE_STOP', options.preStop],
    ['SHUTDOWN_SINGLE_REPLICA', options.singleReplica || undefined],
    ['SHUTDOWN_LAME_DUCK', options.lameDuck === undefined ? undefined : shares.lameDuck.maxMs],
    ['SHUTDOWN_DRAIN_TIMEOUT', options.drainTimeout],
    ['SHUTDOWN_HOOK_BUDGET', options.hookBudget],
  ];
  return written
    .filter((part): part is [string, number] => (part[1] ?? 0) > Math.max(shares.gracePeriodMs, SHORTEST_SLIP_MS))
    .map(([variable, ms]) => ` ${slippedSeconds(variable, ms)}`)
    .join('');
}

/** Half a second, written as a number of milliseconds and taken for seconds. */
const SHORTEST_SLIP_MS = 499_000;

function part(name: string, ms: number, isWritten: boolean): string {
  return `${name} ${formatDuration(ms)}${isWritten ? '' : ' (default)'}`;
}

function duckPart({ lameDuck }: TimeShares, { lameDuck: written, singleReplica = false }: TimeOptions): string {
  const isAlone = written === undefined && singleReplica !== false && singleReplica > 0;
  return part(isAlone ? 'singleReplica' : 'lameDuck', lameDuck.maxMs, isAlone || written !== undefined);
}

/** The sum that does not fit, in the words of the options. */
export function explainMisfit(
  shares: TimeShares,
  { sumMs, neededSeconds }: TimeMisfit,
  options: TimeOptions,
): OptionProblem {
  const parts = [
    part('preStop', shares.preStopMs, options.preStop !== undefined),
    duckPart(shares, options),
    options.drainTimeout === undefined ? 'drain, the rest' : part('drainTimeout', options.drainTimeout, true),
    part('hookBudget', shares.hookBudgetMs, options.hookBudget !== undefined),
    `margin ${formatDuration(shares.marginMs)}`,
  ];
  const sum = `${parts.join(' + ')} = ${formatDuration(sumMs)}`;
  const verdict = sumMs > shares.gracePeriodMs ? 'more than' : 'which leaves nothing for the drain of';
  return {
    source: 'gracePeriod',
    message:
      `${sum}, ${verdict} gracePeriod ${formatDuration(shares.gracePeriodMs)}` +
      `${options.gracePeriod === undefined ? ' (default)' : ''}. Type gracePeriod: '${neededSeconds}s', and ` +
      `terminationGracePeriodSeconds: ${neededSeconds} in the manifest, or shorten what you wrote.` +
      slips(shares, options),
  };
}
