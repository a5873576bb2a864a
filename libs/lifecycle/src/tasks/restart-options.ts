import { type Duration } from '../deadline/duration.js';
import { isObject } from '../errors/foreign-value.js';
import { type RestartPolicy } from './backoff.js';
import { type Flaw, readMs, unknownKeys } from './read-options.js';

/** How work starts again after it has failed: a background task, or a worker of a cluster. */
export interface RestartOptions {
  /**
   * How many restarts in a row; the count begins anew once it has run for longer than `backoff.max`. Default: without
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

const DEFAULT_BACKOFF = { initialMs: 1000, maxMs: 30_000 };

/** The restarts of options; `undefined` for none. */
export function readRestart(value: unknown, flaws: Flaw[]): RestartPolicy | undefined {
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
