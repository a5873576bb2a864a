import { formatDuration } from '../deadline/duration.js';
import { type LameDuck, type Settings } from './settings.js';

/** No platform waits that long; a bare number of milliseconds in the environment, which is taken for seconds, does. */
const LONGEST_PLAUSIBLE_MS = 3_600_000;
/** No platform waits that short; a bare number of seconds in code, which is taken for milliseconds, does. */
const SHORTEST_GRACE_MS = 1000;
/** Nothing that takes time at all takes less; a bare number of seconds in code does. */
const SHORTEST_PLAUSIBLE_MS = 50;

interface Times
  extends Pick<Settings, 'gracePeriodMs'>, Partial<Pick<Settings, 'preStopMs' | 'drainTimeoutMs' | 'hookBudgetMs'>> {
  readonly lameDuck?: Pick<LameDuck, 'maxMs'>;
}

/** A time that boots, and that was meant otherwise. */
export interface ImplausibleTime {
  readonly option: string;
  readonly variable: string;
  /** What it was taken for, and why that is wrong. */
  readonly message: string;
  /** What to type: `30s`. */
  readonly meant: string;
}

/** Finds times that were written in a wrong unit. They boot, so that only this tells of them. */
export function implausibleTimes({
  gracePeriodMs,
  preStopMs,
  lameDuck,
  drainTimeoutMs,
  hookBudgetMs,
}: Times): ImplausibleTime[] {
  const wrong = implausibleGracePeriod(gracePeriodMs);
  // The others are shares of it.
  if (wrong !== undefined) return [wrong];
  const parts: [string, number | undefined, string, string][] = [
    ['The pre-stop time', preStopMs, 'preStop', 'SHUTDOWN_PRE_STOP'],
    ['The lame duck', lameDuck?.maxMs, 'lameDuck', 'SHUTDOWN_LAME_DUCK'],
    ['The drain', drainTimeoutMs, 'drainTimeout', 'SHUTDOWN_DRAIN_TIMEOUT'],
    ["The hooks' time", hookBudgetMs, 'hookBudget', 'SHUTDOWN_HOOK_BUDGET'],
  ];
  return parts.flatMap(([what, ms = 0, option, variable]) => {
    if (!isTooShort(ms)) return [];
    return [{ option, variable, message: `${what} was taken for ${tooShort(ms)}`, meant: `${Math.ceil(ms)}s` }];
  });
}

/** The same as one line, with what to type. */
export function describeImplausibleTime({ option, variable, message, meant }: ImplausibleTime): string {
  return `${message} Type ${option}: '${meant}', or ${variable}=${meant}.`;
}

/** What is to be said of the timeout of a hook that was written in seconds; `undefined` for any that can be meant. */
export function implausibleTimeout(hook: string, timeoutMs: number | undefined): string | undefined {
  if (timeoutMs === undefined || !isTooShort(timeoutMs)) return undefined;
  return `The timeout of ${hook} was taken for ${tooShort(timeoutMs)} Type timeout: '${Math.ceil(timeoutMs)}s'.`;
}

/** What is to be said of a share that does not fit because it was written in milliseconds. */
export function slippedSeconds(variable: string, ms: number): string {
  return (
    `${variable} was taken for ${formatDuration(ms)}: a bare number in the environment is seconds. ` +
    `Type ${variable}=${formatDuration(ms / 1000)}.`
  );
}

function implausibleGracePeriod(gracePeriodMs: number): ImplausibleTime | undefined {
  const place = { option: 'gracePeriod', variable: 'SHUTDOWN_GRACE_PERIOD', meant: '30s' };
  const taken = `The grace period was taken for ${formatDuration(gracePeriodMs)}`;
  if (gracePeriodMs > LONGEST_PLAUSIBLE_MS) {
    const hours = Number((gracePeriodMs / 3_600_000).toFixed(1));
    const why = 'longer than any platform waits: a bare number in the environment is seconds.';
    return { ...place, message: `${taken} (${hours} h), ${why}` };
  }
  if (gracePeriodMs < SHORTEST_GRACE_MS) {
    return { ...place, message: `${taken}, too short to stop anything: a bare number in code is milliseconds.` };
  }
  return undefined;
}

/** 0 is none. */
function isTooShort(ms: number): boolean {
  return ms > 0 && ms < SHORTEST_PLAUSIBLE_MS;
}

function tooShort(ms: number): string {
  return `${formatDuration(ms)}, too short for anything: a bare number in code is milliseconds.`;
}
