import { inspect } from 'node:util';
import { parseDuration } from '../deadline/duration.js';
import { isObject } from '../errors/foreign-value.js';

const DURATION = "a duration such as '5s', '250ms' or a number of milliseconds, 24 h at most";

/** One thing wrong with options. */
export interface Flaw {
  readonly option: string;
  readonly received: unknown;
  readonly allowed: string;
  readonly example: string;
}

/** Everything that is wrong, a line for each, with what to type. */
export function explainFlaws(title: string, flaws: readonly Flaw[]): string {
  const lines = flaws.map(
    ({ option, received, allowed, example }) =>
      `  - ${option}: received ${inspect(received)}; allowed: ${allowed}. Type ${example}.`,
  );
  return [title, ...lines].join('\n');
}

/** Milliseconds of a duration above 0. */
export function readMs(
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

/** What options have that nothing reads. */
export function unknownKeys(value: unknown, known: readonly string[], below: string): Flaw[] {
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
