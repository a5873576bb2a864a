import { formatDuration } from '../deadline/duration.js';
import { type Settings } from './settings.js';

/** No platform waits that long; a bare number of milliseconds in the environment, which is taken for seconds, does. */
const LONGEST_PLAUSIBLE_MS = 3_600_000;
/** No platform waits that short; a bare number of seconds in code, which is taken for milliseconds, does. */
const SHORTEST_PLAUSIBLE_MS = 1000;

/** Times that boot, and that are hardly meant: what they were taken for, and what to type. */
export function implausibleTimes({ gracePeriodMs }: Pick<Settings, 'gracePeriodMs'>): string[] {
  const taken = `The grace period was taken for ${formatDuration(gracePeriodMs)}`;
  const remedy = "Type gracePeriod: '30s', or SHUTDOWN_GRACE_PERIOD=30s.";
  if (gracePeriodMs > LONGEST_PLAUSIBLE_MS) {
    const hours = Number((gracePeriodMs / 3_600_000).toFixed(1));
    return [
      `${taken} (${hours} h), longer than any platform waits: a bare number in the environment is seconds. ${remedy}`,
    ];
  }
  if (gracePeriodMs < SHORTEST_PLAUSIBLE_MS) {
    return [`${taken}, too short to stop anything: a bare number in code is milliseconds. ${remedy}`];
  }
  return [];
}
