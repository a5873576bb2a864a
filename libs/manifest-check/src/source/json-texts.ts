import { type Span } from './source.js';

/**
 * Where each JSON text is, when a file has several one after the other, as `kubectl apply` takes them; else the whole
 * file. Anything but objects makes it one text, whose mistakes the parser explains better.
 */
export function jsonTexts(text: string): readonly Span[] {
  const spans = objectsOf(text);
  return spans.length > 1 ? spans : [{ start: 0, end: text.length }];
}

function objectsOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start = skipBlank(text, 0);
  while (start < text.length) {
    const end = endOfObject(text, start);
    if (end === undefined) return [];
    spans.push({ start, end });
    start = skipBlank(text, end);
  }
  return spans;
}

const BLANK = /[\s\uFEFF]*/y;

function skipBlank(text: string, from: number): number {
  BLANK.lastIndex = from;
  return from + (BLANK.exec(text)?.[0].length ?? 0);
}

/** @returns `undefined` where no object starts, or where it does not end */
function endOfObject(text: string, start: number): number | undefined {
  if (text[start] !== '{') return undefined;
  for (const { depth, at } of bracketsOf(text, start)) if (depth === 0) return at + 1;
  return undefined;
}

/** A bracket, and how many are open after it. */
export interface Bracket {
  readonly char: string;
  readonly depth: number;
  readonly at: number;
}

/** The brackets of a JSON text that are not in its strings. */
export function* bracketsOf(text: string, from: number): Iterable<Bracket> {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') yield { char, depth: (depth += 1), at };
    else if (char === '}' || char === ']') yield { char, depth: (depth -= 1), at };
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') return at;
    if (char === '\\') at += 1;
  }
  return text.length;
}
