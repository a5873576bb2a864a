import { parseDuration } from '../deadline/duration.js';
import { durationOf, INVALID, isRecord, parseFields } from './option-field.js';
import { parseRangeVariable } from './option-parsers.js';
import { type LameDuck, type Range } from './settings.js';

/** How long no request must have come before traffic counts as gone. */
export const QUIET_MS = 1000;

/** What somebody wrote of the lame duck; without `maxMs` it takes its default share. */
export type WrittenLameDuck = Omit<LameDuck, 'maxMs'> & { readonly maxMs: number | undefined };

const PARSERS = { min: durationOf, max: durationOf, quiet: durationOf, untilProbesFailed: countOf };

type WrittenFields = Exclude<ReturnType<typeof parseFields<typeof PARSERS>>, typeof INVALID>;

/** A fixed time, or what ends it early. */
export function parseLameDuck(value: unknown): WrittenLameDuck | typeof INVALID {
  if (!isRecord(value)) {
    const ms = parseDuration(value);
    return ms === undefined ? INVALID : fixed({ min: ms, max: ms });
  }
  const written = parseFields(value, PARSERS);
  return written === INVALID ? INVALID : adaptive(written);
}

function adaptive({ min, max, quiet, untilProbesFailed }: WrittenFields): WrittenLameDuck | typeof INVALID {
  // Where traffic decides, both ends have to be said; where probes do, the default ones make sense.
  if (untilProbesFailed === undefined && (min === undefined || max === undefined)) return INVALID;
  if ((min ?? 0) > (max ?? Infinity)) return INVALID;
  const quietMs = quiet ?? (untilProbesFailed === undefined ? QUIET_MS : undefined);
  return { minMs: min ?? 0, maxMs: max, quietMs, untilProbesFailed, isExplicit: true };
}

/** `5s`, or `2s..15s`. */
export function parseLameDuckVariable(text: string): WrittenLameDuck | typeof INVALID {
  const range = parseRangeVariable(text);
  return range === INVALID ? INVALID : fixed(range);
}

function fixed({ min, max }: Range): WrittenLameDuck {
  return { minMs: min, maxMs: max, quietMs: QUIET_MS, untilProbesFailed: undefined, isExplicit: true };
}

function countOf(value: unknown): number | typeof INVALID {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : INVALID;
}
