const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const WRITTEN = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/;
const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds of `'250ms'`, `'5s'`, `'2m'`, `'1h'` or a number of them; `undefined` for anything else, and over a day. */
export function parseDuration(value: string | number): number | undefined {
  const ms = typeof value === 'number' ? value : parseWritten(value);
  return ms !== undefined && ms >= 0 && ms <= LONGEST_MS ? ms : undefined;
}

function parseWritten(text: string): number | undefined {
  const [, amount, unit] = WRITTEN.exec(text.trim()) ?? [];
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit];
  return amount === undefined || unitMs === undefined ? undefined : Number(amount) * unitMs;
}
