import { type Position, type Source, type Span } from './source.js';
import { type Entry, type Value } from './value.js';

const NO_TEXTS: ReadonlyMap<string, string> = new Map();
/** Every selector is compared with the labels of every workload. */
const TEXTS = new WeakMap<Value, ReadonlyMap<string, string>>();

/**
 * A way into a file that never fails: what is not there is a field too, without a value, and placed at the key of the
 * nearest one around it that is. So a rule can ask for anything, and point at what is missing.
 */
export class Field {
  private constructor(
    readonly source: Source,
    /** The keys from the top of the document to here. */
    readonly keys: readonly (string | number)[],
    private readonly node: { readonly value: Value | undefined; readonly place: Span; readonly isShared: boolean },
  ) {}

  /** The top of a document. */
  static root(source: Source, value: Value): Field {
    const place = { start: value.span.start, end: value.span.start };
    return new Field(source, [], { value, place, isShared: false });
  }

  /** The field below, by keys and indexes. */
  at(...keys: readonly (string | number)[]): Field {
    return keys.reduce<Field>((field, key) => field.#child(key), this);
  }

  #child(key: string | number): Field {
    const { value, place, isShared } = this.node;
    const keys = [...this.keys, key];
    const entry = value?.kind === 'mapping' ? value.entries.get(String(key)) : undefined;
    if (entry !== undefined) return this.#entry(entry, keys);
    const item = value?.kind === 'list' && typeof key === 'number' ? value.items.at(key) : undefined;
    if (item !== undefined) {
      const { start } = item.value.span;
      return new Field(this.source, keys, {
        value: item.value,
        place: { start, end: start },
        isShared: isShared || item.isShared,
      });
    }
    return new Field(this.source, keys, { value: undefined, place, isShared });
  }

  #entry({ value, keySpan, isShared, source = this.source }: Entry, keys: readonly (string | number)[]): Field {
    return new Field(source, keys, { value, place: keySpan, isShared: isShared || this.node.isShared });
  }

  /** The same place, where what is written is read as another text. To change it there is never safe. */
  read(text: string): Field {
    const { value, place } = this.node;
    const span = value?.span ?? place;
    const read = { kind: 'scalar', span, content: text, text } as const;
    return new Field(this.source, this.keys, { value: read, place, isShared: true });
  }

  /** The same place with another value, as something else in the file makes of it. */
  with(value: Value): Field {
    return new Field(this.source, this.keys, { ...this.node, value });
  }

  /** What is here; `undefined` for what is missing, and for null, which Kubernetes takes for missing. */
  get value(): Value | undefined {
    const { value } = this.node;
    return value?.kind === 'scalar' && value.content === null ? undefined : value;
  }

  get exists(): boolean {
    return this.value !== undefined;
  }

  /** A string, or a number or boolean as it was written. */
  get text(): string | undefined {
    const { value } = this;
    return value?.kind === 'scalar' ? value.text : undefined;
  }

  /** A number that was written as one. */
  get number(): number | undefined {
    const { value } = this;
    return value?.kind === 'scalar' && typeof value.content === 'number' ? value.content : undefined;
  }

  /** A boolean that was written as one. */
  get boolean(): boolean | undefined {
    const { value } = this;
    return value?.kind === 'scalar' && typeof value.content === 'boolean' ? value.content : undefined;
  }

  /** The items of a list; none when it is not one. */
  get items(): readonly Field[] {
    const { value } = this;
    return value?.kind === 'list' ? value.items.map((_, index) => this.#child(index)) : [];
  }

  /** The keys and fields of a mapping; none when it is not one. */
  get entries(): readonly (readonly [key: string, field: Field])[] {
    const { value } = this;
    return value?.kind === 'mapping' ? [...value.entries.keys()].map((key) => [key, this.#child(key)]) : [];
  }

  /** The keys and texts of a mapping of strings, such as labels. */
  get texts(): ReadonlyMap<string, string> {
    const { value } = this;
    if (value?.kind !== 'mapping') return NO_TEXTS;
    const known = TEXTS.get(value);
    if (known !== undefined) return known;
    const texts = new Map(this.entries.flatMap(([key, { text }]) => (text === undefined ? [] : [[key, text]])));
    TEXTS.set(value, texts);
    return texts;
  }

  /** Whether another field is this one, or somewhere in it. */
  holds(other: Field): boolean {
    return (
      this.source === other.source && this.keys.every((key, index) => other.keys[index] === key) && this.#spans(other)
    );
  }

  #spans({ node }: Field): boolean {
    const { value, place } = this.node;
    const span = value?.span ?? place;
    return span.start <= node.place.start && node.place.start <= span.end;
  }

  /** Where to point: at the key, or at the nearest one around a field that is missing. */
  get position(): Position {
    return this.source.positionAt(this.node.place.start);
  }

  /** Whether a change here would be one elsewhere too. */
  get isShared(): boolean {
    return this.node.isShared;
  }

  /** `spec.template.spec.containers[0].image`. */
  get path(): string {
    return this.keys
      .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
      .join('');
  }
}
