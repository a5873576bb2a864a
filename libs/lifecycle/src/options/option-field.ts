import { parseDuration, parseEnvironmentDuration } from '../deadline/duration.js';
import { type Flaw, Flaws, flawsOfPart, INVALID, type Invalid, isInvalid } from './flaws.js';

/** A part of an option that is an object: what it may be, and how it is read. */
export interface OptionPart<T> {
  /** What is allowed, in words. */
  readonly allowed: string;
  /** A value to type. */
  readonly example: string;
  parse(value: unknown): T | Invalid;
}

/** One option: where it may come from, what it may be, how it is read. The table of docs/options.md is written from these. */
export interface OptionField<T> extends OptionPart<T> {
  /** The environment variable, when there is one. */
  readonly variable?: string;
  /** What is allowed there, where its text differs from the value. */
  readonly allowedInVariable?: string;
  /** The default, in words. */
  readonly fallback: string;
  /** What it is for, in one line. */
  readonly purpose: string;
  /** The page of docs with its row, where that is not docs/options.md. */
  readonly page?: string;
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
    parseVariable: (text) => parseFlag(text) ?? INVALID,
  };
}

/** Yes or no in the environment; `undefined` for anything else. */
export function parseFlag(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  return ['false', '0', 'no', 'off'].includes(word) ? false : undefined;
}

/** Whether a foreign value is an object with named fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Parts = Readonly<Record<string, OptionPart<unknown>>>;
/** What the parts of an object came to; those that were left out are missing. */
export type ParsedParts<P extends Parts> = { -readonly [K in keyof P]?: Exclude<ReturnType<P[K]['parse']>, Invalid> };

/** An object of these parts and no others, each of which may be left out. */
export function parseParts<P extends Parts>(value: unknown, parts: P): ParsedParts<P> | Invalid {
  if (!isRecord(value)) return INVALID;
  const keys = Object.keys(parts);
  const flaws: Flaw[] = Object.keys(value)
    .filter((key) => !keys.includes(key))
    .map((key) => ({ path: `.${key}`, received: value[key], remedy: { keys, below: '' } }));
  const parsed: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(parts)) {
    const received = value[name];
    if (received === undefined) continue;
    const result = part.parse(received);
    if (isInvalid(result)) flaws.push(...flawsOfPart({ path: `.${name}`, received }, result, part));
    else parsed[name] = result;
  }
  // Each part by its own parser, which TypeScript cannot follow through the loop.
  return flaws.length > 0 ? new Flaws(flaws) : (parsed as ParsedParts<P>);
}

/** A length of time inside an option. */
export function durationPart(example: string): OptionPart<number> {
  return { allowed: DURATION, example, parse: (value) => parseDuration(value) ?? INVALID };
}

/** What is wrong when a part is missing that has to be written. */
export function missing(name: string, remedy: { readonly allowed: string; readonly example: string }): Flaw {
  return { path: `.${name}`, received: undefined, remedy };
}
