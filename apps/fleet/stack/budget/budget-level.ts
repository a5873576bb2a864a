import type { CostSettings } from '../settings.js';

/** How much of the budget is used: `exceeded` refuses what costs, the others let it through. */
export type BudgetLevel = 'ok' | 'warning' | 'critical' | 'exceeded';

/** What a user has spent on a day, in dollars. */
export interface BudgetStatus {
  readonly level: BudgetLevel;
  readonly limit: number;
  readonly spent: number;
  readonly remaining: number;
  /** When the next day begins, in UTC, and with it the next budget. */
  readonly resetAt: string;
}

/** Amounts are kept in millionths of a dollar, as whole numbers: sums of fractions drift. */
export const MICROS = 1_000_000;

/** @param spentMicros what the user has spent today */
export function budgetStatus(spentMicros: number, cost: CostSettings, now: Date): BudgetStatus {
  const limitMicros = Math.round(cost.dailyBudget * MICROS);
  return {
    level: levelOf(spentMicros / limitMicros, cost),
    limit: cost.dailyBudget,
    spent: spentMicros / MICROS,
    remaining: Math.max(0, limitMicros - spentMicros) / MICROS,
    resetAt: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1)).toISOString(),
  };
}

function levelOf(part: number, { warningThreshold, criticalThreshold }: CostSettings): BudgetLevel {
  if (part >= 1) return 'exceeded';
  if (part >= criticalThreshold) return 'critical';
  return part >= warningThreshold ? 'warning' : 'ok';
}
