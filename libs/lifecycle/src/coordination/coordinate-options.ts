import { inspect } from 'node:util';
import { type Duration, formatDuration, parseDuration } from '../deadline/duration.js';
import { isObject } from '../errors/foreign-value.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type ShutdownLimit } from './shutdown-limit.js';

/** How instances of a service take turns to stop. */
export interface CoordinateOptions {
  /** What the instances that take turns have in common: the name of the service. */
  readonly group: string;
  /** How many of them may drain at the same time, from 1 to 1000. */
  readonly limit: number;
  /** Where they agree: `redisLimit(client)` or `postgresLimit(pool)`. */
  readonly through: ShutdownLimit;
  /**
   * How long this instance waits for its turn, from the signal on. Default: half of the time before the hooks. It has to leave
   * time for the drain.
   */
  readonly maxWait?: Duration | undefined;
}

/** The options, read. */
export interface Group {
  readonly group: string;
  readonly limit: number;
  readonly through: ShutdownLimit;
  /** `undefined`: half of the time before the hooks. */
  readonly maxWaitMs: number | undefined;
}

const MOST_PLACES = 1000;

/**
 * @param beforeHooksMs how long the lame duck and the drain may take together
 * @throws LifecycleError `INVALID_COORDINATION` that says what to type
 */
export function readCoordination(options: CoordinateOptions, beforeHooksMs: number): Group {
  const { group, limit, through, maxWait } = options;
  if (typeof group !== 'string' || group === '') throw refusal('group', group, 'a name', "group: 'orders'");
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_PLACES) {
    throw refusal('limit', limit, `a whole number from 1 to ${MOST_PLACES}`, 'limit: 1');
  }
  if (!isObject(through) || typeof Reflect.get(through, 'join') !== 'function') {
    throw refusal('through', through, 'redisLimit(client) or postgresLimit(pool)', 'through: redisLimit(client)');
  }
  return { group, limit, through, maxWaitMs: maxWait === undefined ? undefined : maxWaitOf(maxWait, beforeHooksMs) };
}

function maxWaitOf(maxWait: Duration, beforeHooksMs: number): number {
  const ms = parseDuration(maxWait);
  if (ms !== undefined && ms < beforeHooksMs) return ms;
  const most = formatDuration(beforeHooksMs);
  const allowed = `a duration of less than ${most}, which is what gracePeriod leaves before the hooks`;
  const example = `maxWait: '${Math.max(1, Math.floor(beforeHooksMs / 2000))}s', or a longer gracePeriod`;
  throw refusal('maxWait', maxWait, allowed, example);
}

function refusal(name: string, received: unknown, allowed: string, example: string): LifecycleError {
  const shown = inspect(received, { depth: -1 });
  const message = `coordinate() received ${name} ${shown}; allowed: ${allowed}. Type ${example}.`;
  return new LifecycleError('INVALID_COORDINATION', message);
}
