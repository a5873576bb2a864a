import { type Comparison, type Estimate, median, type Spread } from './statistics.js';

/** A number with as many digits as say something. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return size >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(size >= 10 ? 1 : 2);
}

/** `1.01 (0.99–1.03)`. */
export function comparison({ ratio, spread }: Comparison): string {
  return `${ratio.toFixed(3)} (${ratioSpread(spread)})`;
}

/** `0.99–1.03`. */
export function ratioSpread({ low, high }: Spread): string {
  return `${low.toFixed(3)}–${high.toFixed(3)}`;
}

/** `1.004 (0.998–1.010)`. */
export function estimateText({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

/** The median, and the lowest and the highest where they differ: `12 (10–15)`. */
export function range(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const low = figure(Math.min(...values));
  const high = figure(Math.max(...values));
  return low === high ? low : `${figure(median(values))} (${low}–${high})`;
}

/** Bytes in a unit that people read. */
export function bytes(value: number): string {
  if (Math.abs(value) >= 10 * 2 ** 30) return `${figure(value / 2 ** 30)} GiB`;
  if (Math.abs(value) >= 2 ** 20) return `${figure(value / 2 ** 20)} MiB`;
  return Math.abs(value) >= 10 * 2 ** 10 ? `${figure(value / 2 ** 10)} KiB` : `${figure(value)} B`;
}

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
