/** A length of time: `'250ms'`, `'5s'`, `'1m'`, `'1h'`, or a number of milliseconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const WRITTEN = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/;
/** A duration of more than a day is taken for a mistake, and refused. */
export const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds of a duration, or `undefined` when it is not one (negative, not finite, over 24 h, other words). */
export function parseDuration(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? parseWritten(value) : undefined;
  return ms !== undefined && ms >= 0 && ms <= LONGEST_MS ? ms : undefined;
}

/** As {@link parseDuration}, but a bare number is seconds, as everywhere in operations (`SHUTDOWN_GRACE_PERIOD=30`). */
export function parseEnvironmentDuration(value: string): number | undefined {
  const text = value.trim();
  return parseDuration(/^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
}

function parseWritten(text: string): number | undefined {
  const [, amount, unit] = WRITTEN.exec(text.trim()) ?? [];
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit];
  return amount === undefined || unitMs === undefined ? undefined : Number(amount) * unitMs;
}

/** A duration as a person would write it: `1.5s`, `250ms`. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)}ms`;
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))}s`;
}
