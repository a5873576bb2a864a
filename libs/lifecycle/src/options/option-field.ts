import { parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';

/** What a parser answers when the value is not one of those allowed. */
export const INVALID = Symbol('invalid');

/** One option: where it may come from, what it may be, how it is read. The README's table is written from these. */
export interface OptionField<T> {
  /** The environment variable, when there is one. */
  readonly variable?: string;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** A value to type. */
  readonly example: string;
  /** The default, in words. */
  readonly fallback: string;
  /** What it is for, in one line. */
  readonly purpose: string;
  parse(value: unknown): T | typeof INVALID;
  /** How the environment's text is read; without it, as the value itself. */
  parseVariable?(text: string): T | typeof INVALID;
}

const DURATION = "a duration such as '5s', '250ms' or a number of milliseconds, 24 h at most";

interface Words {
  readonly variable?: string;
  readonly fallback: string;
  readonly purpose: string;
}

/** A length of time. */
export function duration(words: Words & { readonly example: string }): OptionField<number> {
  return {
    ...words,
    allowed: DURATION,
    parse: (value) => parseDuration(value) ?? INVALID,
    parseVariable: (text) => parseEnvironmentDuration(text) ?? INVALID,
  };
}

/** One of a few words. */
export function choice<T extends string>(values: readonly T[], words: Words): OptionField<T> {
  const parse = (value: unknown): T | typeof INVALID => values.find((allowed) => allowed === value) ?? INVALID;
  return {
    ...words,
    allowed: values.map((value) => `'${value}'`).join(' or '),
    example: `'${values[0]}'`,
    parse,
    parseVariable: (text) => parse(text.trim().toLowerCase()),
  };
}

/** Yes or no. */
export function flag(words: Words): OptionField<boolean> {
  return {
    ...words,
    allowed: 'true or false',
    example: 'true',
    parse: (value) => (typeof value === 'boolean' ? value : INVALID),
    parseVariable: (text) => {
      const word = text.trim().toLowerCase();
      if (['true', '1', 'yes', 'on'].includes(word)) return true;
      return ['false', '0', 'no', 'off'].includes(word) ? false : INVALID;
    },
  };
}

/** Whether a foreign value is an object with named fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it has no other fields than these. */
export function hasOnlyKeys(value: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}

type FieldParsers = Readonly<Record<string, (value: unknown) => unknown>>;
/** What the fields of an object came to; those that were left out are missing. */
type ParsedFields<P extends FieldParsers> = { -readonly [K in keyof P]?: Exclude<ReturnType<P[K]>, typeof INVALID> };

/** An object of these fields and no others, each of which may be left out. */
export function parseFields<P extends FieldParsers>(value: unknown, parsers: P): ParsedFields<P> | typeof INVALID {
  if (!isRecord(value) || !hasOnlyKeys(value, Object.keys(parsers))) return INVALID;
  const parsed: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(parsers)) {
    if (value[name] === undefined) continue;
    parsed[name] = parse(value[name]);
    if (parsed[name] === INVALID) return INVALID;
  }
  // Each field by its own parser, which TypeScript cannot follow through the loop.
  return parsed as ParsedFields<P>;
}

/** Milliseconds of a duration. */
export function durationOf(value: unknown): number | typeof INVALID {
  return parseDuration(value) ?? INVALID;
}
