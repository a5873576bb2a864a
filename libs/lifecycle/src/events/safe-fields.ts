import { isObject } from '../errors/foreign-value.js';
import { escapeText, LONGEST_MESSAGE, shorten, textOf } from '../errors/safe-text.js';

/** The longest text of a line: there is no time for megabytes, and log pipelines cut or drop longer lines. */
const LONGEST_TEXT = 16_000;
const LONGEST_STACK = 8000;
const MOST_ENTRIES = 100;
const DEEPEST = 8;

/** The text of a log line: on one line, and not longer than allowed. */
export function safeLine(text: string): string {
  return shorten(escapeText(shorten(text, LONGEST_TEXT)), LONGEST_TEXT);
}

/** The fields of a log line, limited in size, and without line breaks that could forge another line. */
export function safeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(fields).slice(0, MOST_ENTRIES);
  return Object.fromEntries(entries.map(([key, value]) => [key, safeValue(value, { key, depth: 1 })]));
}

function safeValue(value: unknown, { key, depth }: { readonly key: string; readonly depth: number }): unknown {
  if (typeof value === 'string') return key === 'stack' ? safeStack(value) : safeMessage(value);
  if (typeof value === 'symbol' || typeof value === 'bigint' || typeof value === 'function') {
    return safeMessage(textOf(value));
  }
  if (typeof value === 'number') return safeNumber(value, key);
  if (!isObject(value)) return value;
  if (depth >= DEEPEST) return '…';
  const below = { key: '', depth: depth + 1 };
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map((item: unknown) => safeValue(item, below));
  const entries = Object.entries(value).slice(0, MOST_ENTRIES);
  return Object.fromEntries(entries.map(([name, item]) => [name, safeValue(item, { ...below, key: name })]));
}

/** Durations are whole milliseconds. */
function safeNumber(value: number, key: string): number {
  return key.endsWith('Ms') ? Math.round(value) : value;
}

function safeMessage(text: string): string {
  return shorten(escapeText(shorten(text, LONGEST_MESSAGE)), LONGEST_MESSAGE);
}

/** A stack keeps the lines of its frames, which are indented; its message is put on one line. */
function safeStack(stack: string): string {
  const lines = shorten(stack, LONGEST_STACK).split(/\n(?= {4}at )/);
  return lines.map(escapeText).join('\n');
}
