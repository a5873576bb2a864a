import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { isPlaceholder, notRendered } from './helm-template.js';
import { type Source, type Span } from './source.js';
import { UnusableInput } from './unusable-input.js';
import { type Entry, type Item, type Style, type Value } from './value.js';

/** How many values may be there because of aliases: a bomb has billions, a real file a few hundred. */
const MOST_ALIASED_VALUES = 50_000;

interface Sized {
  readonly value: Value;
  /** With aliases written out. */
  readonly size: number;
}

/** Turns one parsed document into values with places; aliases share what they stand for, and merge keys are merged. */
export class YamlValues {
  readonly #anchors = new Map<string, Sized | 'being read'>();
  #aliased = 0;

  constructor(
    private readonly source: Source,
    private readonly document: Document.Parsed,
  ) {}

  /** @throws UnusableInput for duplicate keys, alias bombs and templates. */
  read(): Value {
    return this.#node(this.document.contents).value;
  }

  #node(node: Node | null): Sized {
    if (isAlias(node)) return this.#alias(node);
    if (node === null) return { value: this.#missing(0), size: 1 };
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'being read');
    const sized = this.#content(node);
    if (anchor !== undefined) this.#anchors.set(anchor, sized);
    return sized;
  }

  #content(node: Node): Sized {
    if (isMap(node)) return this.#mapping(node);
    if (isSeq(node)) return this.#list(node);
    if (isScalar(node)) return { value: this.#scalar(node), size: 1 };
    return { value: this.#missing(spanOf(node).start), size: 1 };
  }

  #alias(alias: Alias): Sized {
    const target = this.#anchors.get(alias.source);
    const { start } = spanOf(alias);
    if (target === undefined || target === 'being read') {
      throw this.#refuse('BROKEN_SYNTAX', start, [
        `*${alias.source} stands for ${target === undefined ? 'an anchor that is not above it' : 'something that contains itself'}.`,
        `Write the value out instead of *${alias.source}.`,
      ]);
    }
    this.#aliased += target.size;
    if (this.#aliased > MOST_ALIASED_VALUES) throw this.#tooMany(start);
    return target;
  }

  #scalar(node: Scalar): Value {
    const { value, source } = node;
    const span = spanOf(node);
    const content = octalOf(node) ?? (isContent(value) ? value : (source ?? ''));
    const text = typeof content === 'string' ? content : (source ?? String(content));
    if (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED' && isPlaceholder(text)) {
      throw notRendered(this.source, span.start);
    }
    return { kind: 'scalar', span, content, text };
  }

  #list(node: YAMLSeq): Sized {
    let size = 1;
    const items = node.items.map((child): Item => {
      // Items of a parsed document are nodes; the type also allows what a program put there.
      const item = this.#node(child as Node | null);
      size += item.size;
      return { value: item.value, isShared: isShared(child) };
    });
    return { value: { kind: 'list', span: spanOf(node), style: styleOf(node, this.source), items }, size };
  }

  #mapping(node: YAMLMap): Sized {
    const entries = new Map<string, Entry>();
    const merged: Value[] = [];
    let size = 1;
    // As with items: those of a parsed document are pairs of nodes.
    for (const pair of node.items as readonly Pair<Node, Node | null>[]) {
      const key = this.#key(pair.key);
      const child = pair.value === null ? undefined : this.#node(pair.value);
      size += child?.size ?? 1;
      const value = child?.value ?? this.#missing(key.span.end);
      if (key.text === '<<') merged.push(value);
      else if (entries.has(key.text)) throw this.#duplicate(key.text, key.span, entries);
      else entries.set(key.text, { keySpan: key.span, value, isShared: isShared(pair.value) });
    }
    for (const value of merged) mergeInto(entries, value);
    return { value: { kind: 'mapping', span: spanOf(node), style: styleOf(node, this.source), entries }, size };
  }

  #key(node: Node): { readonly text: string; readonly span: Span } {
    const span = spanOf(node);
    if (isMap(node)) throw notRendered(this.source, span.start);
    const { value } = this.#node(node);
    if (value.kind !== 'scalar') {
      throw this.#refuse('BROKEN_SYNTAX', span.start, [
        'a list is the key of a mapping here.',
        'Use a text as the key.',
      ]);
    }
    return { text: value.text, span };
  }

  #missing(offset: number): Value {
    return { kind: 'scalar', span: { start: offset, end: offset }, content: null, text: '' };
  }

  #duplicate(key: string, span: Span, entries: ReadonlyMap<string, Entry>): UnusableInput {
    const first = this.source.positionAt(entries.get(key)?.keySpan.start ?? 0).line;
    return this.#refuse('DUPLICATE_KEY', span.start, [
      `the key ${JSON.stringify(key)} is here for the second time (the first is on line ${first}), and only one of them counts.`,
      'Delete one of the two.',
    ]);
  }

  #tooMany(offset: number): UnusableInput {
    return this.#refuse('TOO_MANY_ALIASES', offset, [
      'the aliases of this document stand for more values than any manifest has.',
      'Write the values out, or leave the file out.',
    ]);
  }

  #refuse(
    code: UnusableInput['code'],
    offset: number,
    words: readonly [problem: string, remedy: string],
  ): UnusableInput {
    const [problem, remedy] = words;
    return new UnusableInput({ code, file: this.source.path, ...this.source.positionAt(offset), problem, remedy });
  }
}

/** The YAML of Go, which Kubernetes and Docker read with, still takes `010` for 8 as YAML 1.1 has it. */
function octalOf({ type, source = '' }: Scalar): number | undefined {
  if (type !== 'PLAIN' || !/^[-+]?0[0-7]+$/.test(source)) return undefined;
  const amount = Number.parseInt(source.replace(/^[-+]/, ''), 8);
  return source.startsWith('-') ? -amount : amount;
}

/** What is written in a mapping itself counts for more than what is merged into it. */
function mergeInto(entries: Map<string, Entry>, value: Value): void {
  if (value.kind === 'list') for (const item of value.items) mergeInto(entries, item.value);
  if (value.kind !== 'mapping') return;
  for (const [key, entry] of value.entries) if (!entries.has(key)) entries.set(key, { ...entry, isShared: true });
}

/** An alias, or what aliases may stand for: a change of either is one of both. */
function isShared(node: unknown): boolean {
  if (isAlias(node)) return true;
  return (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined;
}

function isContent(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

function styleOf(node: YAMLMap | YAMLSeq, source: Source): Style {
  if (node.flow !== true) return 'block';
  return /^[{[]\s*(?:["[{}\]]|$)/.test(source.text.slice(spanOf(node).start, spanOf(node).start + 200))
    ? 'json'
    : 'flow';
}
