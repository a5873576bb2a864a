import { type ServiceSettings } from './service-settings.js';

type DrainSettings = Pick<
  ServiceSettings,
  'budgetMs' | 'lameDuck' | 'drainTimeoutMs' | 'isDrainCapped' | 'hookBudgetMs'
>;

/** How long the drain may take where the lame duck ends as early as it can: what that leaves goes to a drain without a cap. */
export function longestDrainMs(settings: DrainSettings): number {
  const { budgetMs, lameDuck, drainTimeoutMs, isDrainCapped, hookBudgetMs } = settings;
  return isDrainCapped ? drainTimeoutMs : Math.max(drainTimeoutMs, budgetMs - lameDuck.minMs - hookBudgetMs);
}
