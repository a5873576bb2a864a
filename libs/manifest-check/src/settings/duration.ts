const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const WRITTEN = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/;
/** More than a day is a slip of the pen, and refused. */
export const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds of a duration as the environment has it (`30`, `30s`, `250ms`, `1m`); a bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit = 's'] = WRITTEN.exec(text.trim()) ?? [];
  const ms = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  return ms <= LONGEST_MS ? ms : undefined;
}

/** `5s`, or `2s..15s`. */
export function parseDurationRange(text: string): { readonly minMs: number; readonly maxMs: number } | undefined {
  const [first = '', last = first, ...more] = text.split('..');
  const minMs = parseDuration(first);
  const maxMs = parseDuration(last);
  if (more.length > 0 || minMs === undefined || maxMs === undefined || minMs > maxMs) return undefined;
  return { minMs, maxMs };
}

/** A duration as a person would write it: `1.5s`, `250ms`. */
export function formatMs(ms: number): string {
  if (Math.round(ms) < 1000 && ms !== 0) return `${Math.round(ms)}ms`;
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))}s`;
}
