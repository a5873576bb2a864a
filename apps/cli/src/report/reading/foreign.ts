import { oneLineOf } from 'nestjs-lifecycle-shared';

/** Longer texts say no more; what is cut off ends in `…`. */
const LONGEST_TEXT = 600;
/** A report of the library has fewer of anything that it names. */
const MOST_ITEMS = 2000;

/** A value from outside this program: it may be anything, and is read field by field. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object that is no list; `undefined` for anything else. */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** A text as it can be shown anywhere: on one line, with every character in sight, and not too long. */
export function shown(value: unknown, fallback = ''): string {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : fallback;
  return oneLineOf(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text);
}

/** A number; `undefined` for anything else, and for what is none. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A number from 0 up; 0 for anything else. */
export function amountOf(value: unknown): number {
  return Math.max(0, numberOf(value) ?? 0);
}

/** The objects of a list, the first of them; what is no object is left out. */
export function listOf(value: unknown): Fields[] {
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value.slice(0, MOST_ITEMS);
  return items.map(fieldsOf).filter((fields) => fields !== undefined);
}

/** The texts of a list, the first of them. */
export function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_ITEMS).flatMap((item: unknown) => (typeof item === 'string' ? [shown(item)] : []));
}
