import { type Settings } from './settings.js';

/** Set to `1`, it makes a service print its settings instead of starting. */
export const PRINT_SETTINGS = 'SHUTDOWN_PRINT_SETTINGS';

/** The settings as one line of JSON, in milliseconds, for tools that compare them with where the service will run. */
export function printedSettings(settings: Settings): string {
  const { lameDuck, health, readiness } = settings;
  const printed = {
    enabled: settings.enabled,
    gracePeriodMs: settings.gracePeriodMs,
    preStopMs: settings.preStopMs,
    marginMs: settings.marginMs,
    budgetMs: settings.budgetMs,
    lameDuck,
    drainTimeoutMs: settings.drainTimeoutMs,
    hookBudgetMs: settings.hookBudgetMs,
    lateRequests: settings.lateRequests,
    probePort: settings.probePort,
    health,
    readiness,
    exit: settings.exit,
    signals: settings.signals,
  };
  return `${JSON.stringify({ format: 'nestjs-lifecycle/settings', version: 1, settings: printed })}\n`;
}
