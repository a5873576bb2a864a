import { parseDuration } from '../deadline/duration.js';
import { INVALID } from './flaws.js';

const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 60;

/** How long a protection lasts, in whole minutes, which ECS counts in; 0 without a protection. */
export function parseTaskProtection(value: unknown): number | typeof INVALID {
  if (typeof value === 'boolean') return value ? DEFAULT_MINUTES : 0;
  const ms = parseDuration(value);
  return ms === undefined || ms < MINUTE_MS ? INVALID : Math.ceil(ms / MINUTE_MS);
}
