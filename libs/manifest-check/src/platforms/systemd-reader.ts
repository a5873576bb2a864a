import { Field } from '../source/field.js';
import { guard } from '../source/guard.js';
import { type Source, type Span } from '../source/source.js';
import { UnusableInput } from '../source/unusable-input.js';
import { type Entry, type Item, type Value } from '../source/value.js';

/**
 * Reads a systemd unit: sections, of options, of lists of their values, since an option may be there several times and
 * an empty value starts its list anew. See https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html
 *
 * @throws UnusableInput for a line that is no option.
 */
export function readSystemd(source: Source): Field {
  guard(source);
  const sections = new Map<string, Section>();
  let current: Section | undefined;
  for (const { text, span } of logicalLines(source)) {
    const section = /^\[([^\]]+)\]\s*$/.exec(text)?.[1];
    if (section !== undefined) {
      current = sections.get(section) ?? { span, options: new Map() };
      sections.set(section, current);
    } else {
      addOption(source, current, { text, span });
    }
  }
  const entries = new Map([...sections].map(([name, section]) => [name, toEntry(section, source)] as const));
  return Field.root(source, mapping({ start: 0, end: source.text.length }, entries));
}

interface Section {
  readonly span: Span;
  readonly options: Map<string, { readonly keySpan: Span; readonly items: Item[] }>;
}

interface LogicalLine {
  readonly text: string;
  readonly span: Span;
}

function addOption(source: Source, section: Section | undefined, { text, span }: LogicalLine): void {
  const [, key = '', gap = '', value = ''] = /^([^=\s][^=]*?)(\s*=\s*)(.*)$/s.exec(text) ?? [];
  if (key === '' || section === undefined) {
    throw new UnusableInput({
      code: 'BROKEN_SYNTAX',
      file: source.path,
      ...source.positionAt(span.start),
      problem: `${JSON.stringify(text.slice(0, 40))} is no line of a systemd unit.`,
      remedy: 'Write sections as [Service], and options as Name=value below them.',
    });
  }
  const start = span.start + key.length + gap.length;
  const keySpan = { start: span.start, end: span.start + key.length };
  const option = section.options.get(key) ?? { keySpan, items: [] };
  section.options.set(key, option);
  const unquoted = value.trimEnd();
  if (unquoted === '') option.items.length = 0;
  else option.items.push({ value: scalar({ start, end: span.end }, unquoted), isShared: false });
}

/** A backslash at its end joins a line to the next one; comments in between are passed over. */
function* logicalLines(source: Source): Iterable<LogicalLine> {
  let open: LogicalLine | undefined;
  for (let line = 1; line <= source.lineCount; line += 1) {
    const text = source.lineText(line);
    if (/^\s*[#;]/.test(text) || (open === undefined && text.trim() === '')) continue;
    const start = source.offsetAt({ line, column: 1 });
    const joined: LogicalLine = join(open, { text, span: { start, end: start + text.length } });
    open = text.endsWith('\\') ? joined : undefined;
    if (open === undefined) yield joined;
  }
  if (open !== undefined) yield open;
}

function join(open: LogicalLine | undefined, { text, span }: LogicalLine): LogicalLine {
  const own = text.endsWith('\\') ? `${text.slice(0, -1)} ` : text;
  return open === undefined
    ? { text: own, span }
    : { text: open.text + own, span: { start: open.span.start, end: span.end } };
}

function toEntry({ span, options }: Section, source: Source): Entry {
  const entries = new Map(
    [...options].map(([name, { keySpan, items }]): [string, Entry] => {
      const value: Value = { kind: 'list', span: keySpan, style: 'read-only', items };
      return [name, { keySpan, value, isShared: false }];
    }),
  );
  return { keySpan: span, value: mapping({ start: span.start, end: source.text.length }, entries), isShared: false };
}

function mapping(span: Span, entries: ReadonlyMap<string, Entry>): Value {
  return { kind: 'mapping', span, style: 'read-only', entries };
}

function scalar(span: Span, text: string): Value {
  return { kind: 'scalar', span, content: text, text };
}
