import { formatDuration } from '../deadline/duration.js';
import { type OptionProblem } from './invalid-options-error.js';
import { QUIET_MS } from './lame-duck-option.js';
import { type WrittenOptions } from './option-fields.js';
import { type LameDuck, type Settings } from './settings.js';

type TimeShares = Pick<
  Settings,
  'gracePeriodMs' | 'preStopMs' | 'marginMs' | 'budgetMs' | 'lameDuck' | 'drainTimeoutMs' | 'hookBudgetMs'
>;

const DEFAULT_GRACE_MS = 30_000;
const LARGEST_MARGIN_MS = 2000;
const DEFAULT_SHARE_MS = 5000;

/**
 * Shares the grace period out. Defaults shrink with it (each at most a quarter of the budget), so a short
 * `gracePeriod` alone always fits; what somebody wrote is taken as written, and has to fit.
 */
export function shareOut(
  options: WrittenOptions,
  isProduction: boolean,
): { readonly shares: TimeShares; readonly problem: OptionProblem | undefined } {
  const { shares, restMs } = share(options, isProduction, options.gracePeriod ?? DEFAULT_GRACE_MS);
  const fits = restMs > 0 && restMs >= (options.drainTimeout ?? 0);
  return { shares, problem: fits ? undefined : explainSum(shares, options, neededSeconds(options, isProduction)) };
}

/** The shares of a grace period, and what they leave for the drain; less than nothing when they do not fit. */
function share(
  options: WrittenOptions,
  isProduction: boolean,
  gracePeriodMs: number,
): { readonly shares: TimeShares; readonly restMs: number } {
  const preStopMs = options.preStop ?? 0;
  const marginMs = Math.min(LARGEST_MARGIN_MS, gracePeriodMs / 10);
  const budgetMs = gracePeriodMs - preStopMs - marginMs;
  const defaultMs = Math.min(DEFAULT_SHARE_MS, Math.max(0, budgetMs / 4));
  const duckMs = isProduction ? defaultMs : 0;
  const lameDuck = lameDuckWithin(options, duckMs, defaultMs);
  const hookBudgetMs = options.hookBudget ?? defaultMs;
  const restMs = budgetMs - lameDuck.maxMs - hookBudgetMs;
  const drainTimeoutMs = options.drainTimeout ?? Math.max(0, restMs);
  const shares = { gracePeriodMs, preStopMs, marginMs, budgetMs, lameDuck, drainTimeoutMs, hookBudgetMs };
  return { shares, restMs };
}

/** `{ untilProbesFailed }` alone takes what a lame duck takes by default, wherever it runs: somebody has asked for one. */
function lameDuckWithin({ lameDuck }: WrittenOptions, unaskedMs: number, askedMs: number): LameDuck {
  if (lameDuck !== undefined) return { ...lameDuck, maxMs: lameDuck.maxMs ?? Math.max(lameDuck.minMs, askedMs) };
  return { minMs: unaskedMs, maxMs: unaskedMs, quietMs: QUIET_MS, untilProbesFailed: undefined, isExplicit: false };
}

/** The smallest grace period that fits, in seconds: defaults and the margin grow with it, so it is found by trying. */
function neededSeconds(options: WrittenOptions, isProduction: boolean): number {
  const leastDrainMs = Math.max(1, options.drainTimeout ?? 1000);
  let seconds = 1;
  while (share(options, isProduction, seconds * 1000).restMs < leastDrainMs) seconds += 1;
  return seconds;
}

function explainSum(shares: TimeShares, options: WrittenOptions, neededSeconds: number): OptionProblem {
  const part = (name: string, ms: number, isWritten: boolean): string =>
    `${name} ${formatDuration(ms)}${isWritten ? '' : ' (default)'}`;
  const drainMs = options.drainTimeout ?? 0;
  const parts = [
    part('preStop', shares.preStopMs, options.preStop !== undefined),
    part('lameDuck', shares.lameDuck.maxMs, options.lameDuck !== undefined),
    options.drainTimeout === undefined ? 'drain, the rest' : part('drainTimeout', drainMs, true),
    part('hookBudget', shares.hookBudgetMs, options.hookBudget !== undefined),
    `margin ${formatDuration(shares.marginMs)}`,
  ];
  const sumMs = shares.preStopMs + shares.lameDuck.maxMs + drainMs + shares.hookBudgetMs + shares.marginMs;
  const sum = `${parts.join(' + ')} = ${formatDuration(sumMs)}`;
  const verdict = sumMs > shares.gracePeriodMs ? 'more than' : 'which leaves nothing for the drain of';
  return {
    source: 'gracePeriod',
    message:
      `${sum}, ${verdict} gracePeriod ${formatDuration(shares.gracePeriodMs)}` +
      `${options.gracePeriod === undefined ? ' (default)' : ''}. Type gracePeriod: '${neededSeconds}s', and ` +
      `terminationGracePeriodSeconds: ${neededSeconds} in the manifest, or shorten what you wrote.`,
  };
}
