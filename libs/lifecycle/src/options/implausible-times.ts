import { formatDuration } from '../deadline/duration.js';
import { type Settings } from './settings.js';

/** No platform waits that long; a bare number of milliseconds in the environment, which is taken for seconds, does. */
const LONGEST_PLAUSIBLE_MS = 3_600_000;
/** No platform waits that short; a bare number of seconds in code, which is taken for milliseconds, does. */
const SHORTEST_GRACE_MS = 1000;
/** Nothing that takes time at all takes less; a bare number of seconds in code does. */
const SHORTEST_PLAUSIBLE_MS = 50;

type Times = Pick<Settings, 'gracePeriodMs'> &
  Partial<Pick<Settings, 'preStopMs' | 'lameDuck' | 'drainTimeoutMs' | 'hookBudgetMs'>>;

/** Times that boot, and that nobody means: what they were taken for, and what to type. */
export function implausibleTimes({
  gracePeriodMs,
  preStopMs,
  lameDuck,
  drainTimeoutMs,
  hookBudgetMs,
}: Times): string[] {
  const wrong = gracePeriodSentence(gracePeriodMs);
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
    const meant = `${Math.ceil(ms)}s`;
    return [`${what} was taken for ${tooShort(ms)} Type ${option}: '${meant}', or ${variable}=${meant}.`];
  });
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

function gracePeriodSentence(gracePeriodMs: number): string | undefined {
  const taken = `The grace period was taken for ${formatDuration(gracePeriodMs)}`;
  const remedy = "Type gracePeriod: '30s', or SHUTDOWN_GRACE_PERIOD=30s.";
  if (gracePeriodMs > LONGEST_PLAUSIBLE_MS) {
    const hours = Number((gracePeriodMs / 3_600_000).toFixed(1));
    return `${taken} (${hours} h), longer than any platform waits: a bare number in the environment is seconds. ${remedy}`;
  }
  if (gracePeriodMs < SHORTEST_GRACE_MS) {
    return `${taken}, too short to stop anything: a bare number in code is milliseconds. ${remedy}`;
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
