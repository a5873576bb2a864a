import { isRecord } from './option-field.js';
import { OPTION_FIELDS } from './option-fields.js';
import { type OptionSources } from './resolve-settings.js';
import { type Settings } from './settings.js';

/** Set to `1`, it makes a service print its settings instead of starting. */
export const PRINT_SETTINGS = 'SHUTDOWN_PRINT_SETTINGS';

/** What a service was told by its environment, and how its HTTP server is configured. */
export interface Circumstances {
  readonly environment: Readonly<Record<string, string | null>>;
  /** Milliseconds, by their names; left out where no HTTP is served, or where it is not known yet. */
  readonly server?: Readonly<Record<string, number>> | undefined;
}

/** The settings as one line of JSON, in milliseconds, for tools that compare them with where the service will run. */
export function printedSettings(settings: Settings, { environment, server }: Circumstances): string {
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
  const format = 'nestjs-lifecycle/settings';
  return `${JSON.stringify({ format, version: 1, settings: printed, environment, server })}\n`;
}

/**
 * What the variables say that settings depend on: a text, or `null` for one that is not set. Those whose option stands in
 * the code are left out: there the environment has no say.
 */
export function readVariables({
  code,
  namespace,
  variable,
}: Omit<OptionSources, 'platform'>): Circumstances['environment'] {
  const isWritten = (name: string): boolean =>
    [code, namespace].some((options) => isRecord(options) && options[name] !== undefined);
  const variables = Object.entries(OPTION_FIELDS).flatMap(([name, field]) =>
    'variable' in field && !isWritten(name) ? [field.variable] : [],
  );
  return Object.fromEntries(variables.map((name) => [name, variable(name) ?? null]));
}
