import { Field } from '../source/field.js';
import { guard } from '../source/guard.js';
import { type Source, type Span } from '../source/source.js';
import { type Entry, type Item, type Value } from '../source/value.js';
import { TomlScanner } from './toml-scanner.js';

/**
 * Reads TOML, as `fly.toml` is written in. See https://toml.io/en/v1.0.0
 *
 * @throws UnusableInput with the place of what is no TOML
 */
export function readToml(source: Source): Field {
  guard(source);
  const scanner = new TomlScanner(source);
  const root = new Table({ start: 0, end: source.text.length });
  let current = root;
  for (scanner.skipLines(); !scanner.isAtEnd; scanner.skipLines()) {
    const start = scanner.at;
    if (scanner.take('[[')) current = root.below(scanner.keys(']]'), start, 'list');
    else if (scanner.take('[')) current = root.below(scanner.keys(']'), start, 'table');
    else {
      const { key, keySpan, value } = scanner.entry();
      current.below(key.slice(0, -1), start, 'table').entries.set(key.at(-1) ?? '', { keySpan, value });
    }
    scanner.endOfLine();
  }
  return Field.root(source, root.toValue());
}

/** A table that is still being filled: its keys may come in several places. */
class Table {
  readonly entries = new Map<string, { readonly keySpan: Span; readonly value: Value | Table | readonly Table[] }>();

  constructor(private readonly span: Span) {}

  /** The table at some keys, which is made where it is not there; of a list the last one, or a new one. */
  below(keys: readonly string[], start: number, kind: 'table' | 'list'): Table {
    const [key, ...others] = keys;
    if (key === undefined) return this;
    const isNewItem = kind === 'list' && others.length === 0;
    const next = (isNewItem ? undefined : this.#known(key)) ?? this.#add(key, start, isNewItem);
    return next.below(others, start, kind);
  }

  #known(key: string): Table | undefined {
    const value = this.entries.get(key)?.value;
    if (value instanceof Table) return value;
    return isTables(value) ? value.at(-1) : undefined;
  }

  #add(key: string, start: number, isItem: boolean): Table {
    const known = this.entries.get(key);
    const own = new Table({ start, end: this.span.end });
    const others = isTables(known?.value) ? known.value : [];
    const keySpan = known?.keySpan ?? { start, end: start + key.length };
    this.entries.set(key, { keySpan, value: isItem ? [...others, own] : own });
    return own;
  }

  toValue(): Value {
    const entries = [...this.entries].map(([key, { keySpan, value }]): [string, Entry] => [
      key,
      { keySpan, value: this.#valueOf(value), isShared: false },
    ]);
    return { kind: 'mapping', span: this.span, style: 'read-only', entries: new Map(entries) };
  }

  #valueOf(value: Value | Table | readonly Table[]): Value {
    if (value instanceof Table) return value.toValue();
    if (!isTables(value)) return value;
    const items = value.map((table): Item => ({ value: table.toValue(), isShared: false }));
    return { kind: 'list', span: this.span, style: 'read-only', items };
  }
}

function isTables(value: Value | Table | readonly Table[] | undefined): value is readonly Table[] {
  return Array.isArray(value);
}
