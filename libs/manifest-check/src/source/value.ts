import { type Source, type Span } from './source.js';

/** What a file says, with the place of everything in it; the same for YAML, JSON and all other formats read here. */
export type Value = Scalar | Mapping | List;

/** A single value. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly content: string | number | boolean | null;
  /** As it was written, without its quotes. */
  readonly text: string;
}

/** Keys and their values, in the order of the file. */
export interface Mapping {
  readonly kind: 'mapping';
  readonly span: Span;
  readonly style: Style;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** One key and its value. */
export interface Entry {
  readonly keySpan: Span;
  readonly value: Value;
  /** Written elsewhere too, by an anchor or a merge key: a change here is a change there. */
  readonly isShared: boolean;
  /** The file that it is written in, where that is another one than what is around it. */
  readonly source?: Source | undefined;
}

/** Values in a row. */
export interface List {
  readonly kind: 'list';
  readonly span: Span;
  readonly style: Style;
  readonly items: readonly Item[];
}

/** One value of a list. */
export interface Item {
  readonly value: Value;
  readonly isShared: boolean;
}

/** How a collection is written: in lines, in brackets with bare keys, in brackets with quoted keys, or not to be edited. */
export type Style = 'block' | 'flow' | 'json' | 'read-only';
