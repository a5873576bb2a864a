import { formatDuration } from '../deadline/duration.js';
import { type LameDuck, type Settings } from './settings.js';

/** No platform waits longer. A bare number of milliseconds in the environment, which is read as seconds, is longer. */
const LONGEST_PLAUSIBLE_MS = 3_600_000;
/** No platform waits less. A bare number of seconds in code, which is read as milliseconds, is less. */
const SHORTEST_GRACE_MS = 1000;
/** The shortest time that can be meant. A bare number of seconds in code is shorter. */
const SHORTEST_PLAUSIBLE_MS = 50;

interface Times
  extends Pick<Settings, 'gracePeriodMs'>, Partial<Pick<Settings, 'preStopMs' | 'drainTimeoutMs' | 'hookBudgetMs'>> {
  readonly lameDuck?: Pick<LameDuck, 'maxMs'>;
}

/** A valid time that was probably written in the wrong unit. */
export interface ImplausibleTime {
  readonly option: string;
  readonly variable: string;
  /** How it was read, and why that is probably wrong. */
  readonly message: string;
  /** What to type: `30s`. */
  readonly meant: string;
}

/** Finds times that were written in a wrong unit. The service starts with them, so they need a warning. */
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

/** The warning of a hook's timeout that was written in seconds; `undefined` for a plausible one. */
export function implausibleTimeout(hook: string, timeoutMs: number | undefined): string | undefined {
  if (timeoutMs === undefined || !isTooShort(timeoutMs)) return undefined;
  return `The timeout of ${hook} was taken for ${tooShort(timeoutMs)} Type timeout: '${Math.ceil(timeoutMs)}s'.`;
}

/** The hint for a share that does not fit because it was written in milliseconds. */
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

/** 0 is allowed: it means none. */
function isTooShort(ms: number): boolean {
  return ms > 0 && ms < SHORTEST_PLAUSIBLE_MS;
}

function tooShort(ms: number): string {
  return `${formatDuration(ms)}, too short for anything: a bare number in code is milliseconds.`;
}
