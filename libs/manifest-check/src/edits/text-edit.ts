import { stringify } from 'yaml';
import { type Field } from '../source/field.js';
import { type Source, type Span } from '../source/source.js';

/** Replaces a stretch of a file; everything else in it, comments and all, stays as it is. */
export interface TextEdit extends Span {
  readonly file: string;
  readonly text: string;
}

/** Something to write into a file. */
export type Data = string | number | boolean | readonly Data[] | { readonly [key: string]: Data };

/** Writes another value where a single one is; no edit where there is none. */
export function replaceValue(field: Field, data: string | number | boolean): readonly TextEdit[] {
  const { value, source } = field;
  if (value?.kind !== 'scalar' || value.span.end === value.span.start) return [];
  const written = source.text.slice(value.span.start, value.span.end);
  // A block scalar has lines of its own, which a value in one line cannot take the place of.
  if (written.includes('\n')) return [];
  return [{ file: source.path, ...value.span, text: inline(data, written) }];
}

/** Keeps the quotes that were there. */
function inline(data: string | number | boolean, written: string): string {
  if (written.startsWith('"')) return JSON.stringify(String(data));
  if (written.startsWith("'")) return `'${String(data).replaceAll("'", "''")}'`;
  return stringify(data, { lineWidth: 0 }).trimEnd();
}

/** Adds a key to a mapping that is there; no edit where there is none, or where it has the key already. */
export function addEntry(mapping: Field, key: string, data: Data): readonly TextEdit[] {
  const { value, source } = mapping;
  if (value?.kind !== 'mapping' || value.entries.has(key)) return [];
  const insert = (offset: number, text: string): readonly TextEdit[] => [
    { file: source.path, start: offset, end: offset, text },
  ];
  switch (value.style) {
    case 'block':
      return addLines(
        mapping,
        stringify({ [key]: data }, { lineWidth: 0 })
          .trimEnd()
          .split('\n'),
      );
    case 'flow':
    case 'json': {
      const quoted = value.style === 'json' ? JSON.stringify(key) : key;
      const separator = value.entries.size > 0 ? ', ' : '';
      return insert(value.span.start + 1, `${quoted}: ${JSON.stringify(data)}${separator}`);
    }
    case 'read-only':
      return [];
  }
}

/**
 * After the last entry that fits in a line, so that no comment moves to another key; else before the first, and before
 * the comments above it.
 */
function addLines({ value, source }: Field, lines: readonly string[]): readonly TextEdit[] {
  if (value?.kind !== 'mapping') return [];
  const own = [...value.entries.values()].filter(({ keySpan }) => isWithin(keySpan, value.span));
  const [first] = own;
  if (first === undefined) return [];
  const indent = ' '.repeat(source.positionAt(first.keySpan.start).column - 1);
  const { lineBreak } = source;
  const last = own.findLast((entry) => isInOneLine(source.text, entry.keySpan, entry.value.span));
  if (last !== undefined) {
    const offset = source.endOfLine(Math.max(last.keySpan.end, last.value.span.end));
    const text = lines.map((line) => `${lineBreak}${indent}${line}`).join('');
    return [{ file: source.path, start: offset, end: offset, text }];
  }
  const start = startOfComments(source, first.keySpan.start);
  const text = lines.map((line) => `${line}${lineBreak}${indent}`).join('');
  if (start === first.keySpan.start) return [{ file: source.path, start, end: start, text }];
  return [{ file: source.path, start, end: start, text: lines.map((line) => `${indent}${line}${lineBreak}`).join('') }];
}

/** The start of the line of the first of the comments right above a key; the key itself when there are none. */
function startOfComments(source: Source, key: number): number {
  const { line, column } = source.positionAt(key);
  // What stands before it in its line belongs to a list or to the mapping around it.
  if (
    source
      .lineText(line)
      .slice(0, column - 1)
      .trim() !== ''
  )
    return key;
  let first = line;
  while (
    source
      .lineText(first - 1)
      .trimStart()
      .startsWith('#')
  )
    first -= 1;
  return first === line ? key : source.offsetAt({ line: first, column: 1 });
}

/** What a merge key brought is written elsewhere. */
function isWithin(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

function isInOneLine(text: string, key: Span, value: Span): boolean {
  return value.start >= key.end && !text.slice(key.start, value.end).includes('\n');
}
