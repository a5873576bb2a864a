import { type Duration } from '../deadline/duration.js';
import { isObject } from '../errors/foreign-value.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type RestartPolicy } from './backoff.js';
import { explainFlaws, type Flaw, readMs, unknownKeys } from './read-options.js';
import { readRestart, type RestartOptions } from './restart-options.js';

/** What a shutdown does with a background task: waits for its end, or cancels it at the signal. */
export type OnShutdown = 'finish' | 'cancel';

/** How a background task runs and ends. */
export interface BackgroundTaskOptions {
  /**
   * `'finish'`: a shutdown waits for its end, as long as the drain may take, and aborts its signal shortly before that time
   * is up. `'cancel'`: its signal is aborted in the tick of the signal, and its end is awaited for `timeout`. Default
   * `'finish'`.
   */
  readonly onShutdown?: OnShutdown | undefined;
  /** Whether and how it starts again after it has failed. A shutdown restarts nothing. Default `false`. */
  readonly restart?: RestartOptions | false | undefined;
  /** How long it may take to end once it is cancelled or stopped. Default 5 s. */
  readonly timeout?: Duration | undefined;
}

/** The options with their defaults, in milliseconds. */
export interface TaskSettings {
  readonly onShutdown: OnShutdown;
  readonly restart: RestartPolicy | undefined;
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 5000;
/**
 * @throws LifecycleError `INVALID_TASK` with everything that is wrong, and what to type
 */
export function readTaskOptions(name: string, options: unknown): TaskSettings {
  const flaws: Flaw[] = [];
  const given = isObject(options) ? options : {};
  const settings = {
    onShutdown: readOnShutdown(given['onShutdown'], flaws),
    restart: readRestart(given['restart'], flaws),
    timeoutMs: readMs({ option: 'timeout', value: given['timeout'], fallback: DEFAULT_TIMEOUT_MS }, flaws),
  };
  flaws.push(...unknownKeys(options, ['onShutdown', 'restart', 'timeout'], ''));
  if (flaws.length === 0) return settings;
  throw new LifecycleError('INVALID_TASK', explainFlaws(`The background task '${name}' cannot run as written.`, flaws));
}

function readOnShutdown(value: unknown, flaws: Flaw[]): OnShutdown {
  if (value === undefined || value === 'finish') return 'finish';
  if (value === 'cancel') return 'cancel';
  flaws.push({
    option: 'onShutdown',
    received: value,
    allowed: "'finish' or 'cancel'",
    example: "onShutdown: 'cancel'",
  });
  return 'finish';
}
