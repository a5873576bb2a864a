import { inspect } from 'node:util';
import { type Duration, parseDuration } from '../deadline/duration.js';
import { isObject } from '../errors/foreign-value.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type RestartPolicy } from './backoff.js';

/** What a shutdown does with a background task: waits for its end, or cancels it at the signal. */
export type OnShutdown = 'finish' | 'cancel';

/** How a background task starts again after it has failed. */
export interface RestartOptions {
  /**
   * How many restarts in a row; the count begins anew once the task has run for longer than `backoff.max`. Default: without
   * a limit.
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The longest wait before the first restart (`initial`, default 1 s), which doubles up to `max` (default 30 s). Each wait
   * is a random part of that. A duration stands for `initial`.
   */
  readonly backoff?:
    | Duration
    | { readonly initial?: Duration | undefined; readonly max?: Duration | undefined }
    | undefined;
}

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
const DEFAULT_BACKOFF = { initialMs: 1000, maxMs: 30_000 };
const DURATION = "a duration such as '5s', '250ms' or a number of milliseconds, 24 h at most";

interface Flaw {
  readonly option: string;
  readonly received: unknown;
  readonly allowed: string;
  readonly example: string;
}

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
  const lines = flaws.map(
    ({ option, received, allowed, example }) =>
      `  - ${option}: received ${inspect(received)}; allowed: ${allowed}. Type ${example}.`,
  );
  throw new LifecycleError(
    'INVALID_TASK',
    [`The background task '${name}' cannot run as written.`, ...lines].join('\n'),
  );
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

function readRestart(value: unknown, flaws: Flaw[]): RestartPolicy | undefined {
  if (value === undefined || value === false) return undefined;
  if (!isObject(value)) {
    const allowed = '{ maxAttempts, backoff }, both of which may be left out, or false';
    flaws.push({ option: 'restart', received: value, allowed, example: 'restart: {}' });
    return undefined;
  }
  flaws.push(...unknownKeys(value, ['maxAttempts', 'backoff'], 'restart.'));
  return { maxAttempts: readMaxAttempts(value['maxAttempts'], flaws), ...readBackoff(value['backoff'], flaws) };
}

function readMaxAttempts(value: unknown, flaws: Flaw[]): number {
  if (value === undefined || value === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  const allowed = 'a whole number from 1, or Infinity';
  flaws.push({ option: 'restart.maxAttempts', received: value, allowed, example: 'maxAttempts: 5' });
  return 1;
}

function readBackoff(value: unknown, flaws: Flaw[]): { initialMs: number; maxMs: number } {
  const given = isObject(value) ? value : { initial: value };
  flaws.push(...unknownKeys(given, ['initial', 'max'], 'restart.backoff.'));
  const option = 'restart.backoff.initial';
  const initialMs = readMs({ option, value: given['initial'], fallback: DEFAULT_BACKOFF.initialMs }, flaws);
  const fallback = Math.max(DEFAULT_BACKOFF.maxMs, initialMs);
  const maxMs = readMs({ option: 'restart.backoff.max', value: given['max'], fallback }, flaws);
  if (maxMs < initialMs) {
    const allowed = 'a duration that is not below initial';
    flaws.push({ option: 'restart.backoff.max', received: given['max'], allowed, example: "max: '30s'" });
  }
  return { initialMs, maxMs };
}

function readMs(
  { option, value, fallback }: { readonly option: string; readonly value: unknown; readonly fallback: number },
  flaws: Flaw[],
): number {
  if (value === undefined) return fallback;
  const ms = parseDuration(value);
  if (ms !== undefined && ms > 0) return ms;
  const name = option.slice(option.lastIndexOf('.') + 1);
  flaws.push({ option, received: value, allowed: `${DURATION}, above 0`, example: `${name}: '5s'` });
  return fallback;
}

function unknownKeys(value: unknown, known: readonly string[], below: string): Flaw[] {
  if (value === undefined) return [];
  const allowed = `an object with ${known.join(', ')} and nothing else`;
  if (!isObject(value)) return [{ option: 'the options', received: value, allowed, example: '{}' }];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      option: below + key,
      received: value[key],
      allowed: `${known.join(', ')} and nothing else`,
      example: `${known[0]}: …`,
    }));
}
