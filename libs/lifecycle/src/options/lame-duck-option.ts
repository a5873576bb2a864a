import { parseDuration } from '../deadline/duration.js';
import { Flaws, INVALID, type Invalid, isInvalid } from './flaws.js';
import { durationPart, isRecord, missing, type ParsedParts, parseParts } from './option-field.js';
import { parseRangeVariable, upsideDown } from './option-parsers.js';
import { type LameDuck, type Range } from './settings.js';

/** How long no request must have come before traffic counts as gone. */
export const QUIET_MS = 1000;

/** The lame duck as it was written; without `maxMs` it takes its default share. */
export type WrittenLameDuck = Omit<LameDuck, 'maxMs'> & { readonly maxMs: number | undefined };

const PARTS = {
  min: durationPart("'2s'"),
  max: durationPart("'15s'"),
  quiet: durationPart("'1s'"),
  untilProbesFailed: { allowed: 'a whole number from 1', example: '4', parse: countOf },
};

/** A fixed time, or what ends it early. */
export function parseLameDuck(value: unknown): WrittenLameDuck | Invalid {
  if (!isRecord(value)) {
    const ms = parseDuration(value);
    return ms === undefined ? INVALID : fixed({ min: ms, max: ms });
  }
  const written = parseParts(value, PARTS);
  if (isInvalid(written)) return written;
  const { min = 0, max, untilProbesFailed } = written;
  // Without probes, traffic decides, and both ends have to be written. With probes, the defaults are right.
  if (untilProbesFailed === undefined && !hasEnds(written)) return withoutEnds(written);
  if (max !== undefined && min > max) return upsideDown(value);
  return { minMs: min, maxMs: max, quietMs: quietOf(written), untilProbesFailed, isExplicit: true };
}

type WrittenParts = ParsedParts<typeof PARTS>;

function hasEnds({ min, max }: WrittenParts): boolean {
  return min !== undefined && max !== undefined;
}

/** With probes, traffic only counts when `quiet` is written. */
function quietOf({ quiet, untilProbesFailed }: WrittenParts): number | undefined {
  return quiet ?? (untilProbesFailed === undefined ? QUIET_MS : undefined);
}

function withoutEnds(written: WrittenParts): Flaws {
  const names = (['min', 'max'] as const).filter((name) => written[name] === undefined);
  const allowed = `${PARTS.min.allowed}; only beside untilProbesFailed it may be left out`;
  return new Flaws(names.map((name) => missing(name, { allowed, example: PARTS[name].example })));
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
