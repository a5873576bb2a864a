import { Engine } from '../engine/engine.js';
import { PRINT_SETTINGS, printedSettings } from '../options/printed-settings.js';
import { resolveSettings } from '../options/resolve-settings.js';
import { printAndEndNow } from '../signals/print-and-end.js';
import { Lifecycle } from './lifecycle.js';
import { logTo } from './logger.js';
import { STANDALONE } from './standalone-host.js';
import { type LifecycleOptions } from './standalone-options.js';

/**
 * Owns from now on how this process stops: signals, requests, tasks, hooks, one deadline, one report, one exit code. What is left
 * out of the options comes from the environment (`SHUTDOWN_GRACE_PERIOD`, …), then from the defaults.
 *
 * ```ts
 * const lifecycle = startLifecycle();
 * lifecycle.http(app.listen(3000));
 * ```
 *
 * @throws InvalidOptionsError when the options cannot be used
 */
export function startLifecycle(options: LifecycleOptions = {}): Lifecycle {
  const { logger, ...code } = options;
  const sources = { code, variable, platform: process.platform, what: 'startLifecycle()' };
  if (variable(PRINT_SETTINGS) === '1') printAndEndNow(printedSettings(sources));
  return new Lifecycle(new Engine(resolveSettings(sources), logTo(logger), STANDALONE));
}

function variable(name: string): string | undefined {
  return process.env[name];
}
