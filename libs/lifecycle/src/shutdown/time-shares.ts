import { type Settings } from '../options/settings.js';

/** The budget of a shutdown and its shares. */
export type ShutdownShares = Pick<
  Settings,
  'budgetMs' | 'hookBudgetMs' | 'drainTimeoutMs' | 'isDrainCapped' | 'lameDuck'
>;

const MARGIN_SHARE = 0.1;
const LARGEST_MARGIN_MS = 2000;

/**
 * The shares where less time is left than was planned. A margin is kept as always, lame duck and hooks get a quarter
 * each at most, and the drain gets the rest.
 */
export function fitShares(shares: ShutdownShares, availableMs: number): ShutdownShares {
  const marginMs = Math.min(availableMs * MARGIN_SHARE, LARGEST_MARGIN_MS);
  const budgetMs = Math.round(Math.min(shares.budgetMs, Math.max(0, availableMs - marginMs)));
  if (budgetMs === shares.budgetMs) return shares;
  const largestMs = budgetMs / 4;
  const { lameDuck } = shares;
  const maxMs = Math.min(lameDuck.maxMs, largestMs);
  const hookBudgetMs = Math.min(shares.hookBudgetMs, largestMs);
  return {
    budgetMs,
    hookBudgetMs,
    isDrainCapped: shares.isDrainCapped,
    drainTimeoutMs: Math.min(shares.drainTimeoutMs, budgetMs - maxMs - hookBudgetMs),
    lameDuck: { ...lameDuck, maxMs, minMs: Math.min(lameDuck.minMs, maxMs) },
  };
}

/**
 * The shares where a blocked event loop may have used up the budget: hooks get their time all the same, and the report
 * says so.
 */
export function withTimeForHooks(shares: ShutdownShares, delayMs: number): ShutdownShares {
  const leastMs = delayMs === 0 ? 0 : delayMs + shares.hookBudgetMs;
  return leastMs > shares.budgetMs ? { ...shares, budgetMs: leastMs } : shares;
}
