import { parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';
import { parseWord } from './option-field.js';
import { INVALID } from './flaws.js';

const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 60;

/** Whole minutes; 0 without a protection. */
export function parseTaskProtection(value: unknown): number | typeof INVALID {
  if (typeof value === 'boolean') return value ? DEFAULT_MINUTES : 0;
  return minutesOf(parseDuration(value));
}

/** The same of a variable. A number alone is seconds, as in every other one. */
export function parseTaskProtectionVariable(text: string): number | typeof INVALID {
  const word = parseWord(text);
  return word !== INVALID ? parseTaskProtection(word) : minutesOf(parseEnvironmentDuration(text));
}

/** ECS counts in minutes, from 1. */
function minutesOf(ms: number | undefined): number | typeof INVALID {
  return ms === undefined || ms < MINUTE_MS ? INVALID : Math.ceil(ms / MINUTE_MS);
}
