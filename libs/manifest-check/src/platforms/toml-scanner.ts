import { DEEPEST_LEVEL } from '../source/guard.js';
import { type Source, type Span } from '../source/source.js';
import { UnusableInput } from '../source/unusable-input.js';
import { type Entry, type Item, type Value } from '../source/value.js';

/** One `key = value`. */
interface TomlEntry {
  /** `a.b.c` has three. */
  readonly key: readonly string[];
  readonly keySpan: Span;
  readonly value: Value;
}

const BARE_KEY = /[\w-]+/y;
const BLANK = /(?:[ \t]|#[^\n]*)*/y;
const LINES = /(?:\s|#[^\n]*)*/y;
const STRING = /"""([\s\S]*?)"""(?!")|'''([\s\S]*?)'''(?!')|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/y;
const BARE_VALUE = /[^\s,\]}#"']+/y;

/** Reads the text of a TOML file, piece by piece. */
export class TomlScanner {
  at = 0;

  constructor(private readonly source: Source) {}

  get isAtEnd(): boolean {
    return this.at >= this.source.text.length;
  }

  /** Passes over blank lines and comments. */
  skipLines(): void {
    this.#match(LINES);
  }

  /** Passes over this text, if it is the next one. */
  take(text: string): boolean {
    if (!this.source.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Nothing may follow but a comment. */
  endOfLine(): void {
    this.#match(BLANK);
    if (!this.isAtEnd && !/[\r\n]/.test(this.source.text.charAt(this.at))) this.#refuse();
  }

  /** Keys with dots between them, up to an end. */
  keys(end: string): readonly string[] {
    const keys: string[] = [];
    do {
      this.#match(BLANK);
      keys.push(this.#string()?.text ?? this.#match(BARE_KEY)?.[0] ?? this.#refuse());
      this.#match(BLANK);
    } while (this.take('.'));
    if (!this.take(end) || keys.length > DEEPEST_LEVEL) this.#refuse();
    return keys;
  }

  entry(level = 0): TomlEntry {
    const start = this.at;
    const key = this.keys('=');
    const keySpan = { start, end: start + (key[0]?.length ?? 0) };
    this.#match(BLANK);
    return { key, keySpan, value: this.#value(level) };
  }

  #value(level: number): Value {
    if (level > DEEPEST_LEVEL) this.#refuse();
    const start = this.at;
    if (this.take('[')) return this.#list(start, level);
    if (this.take('{')) return this.#table(start, level);
    const string = this.#string();
    if (string !== undefined) return string;
    const [text] = this.#match(BARE_VALUE) ?? [];
    if (text === undefined) return this.#refuse();
    return { kind: 'scalar', span: { start, end: this.at }, content: contentOf(text), text };
  }

  #list(start: number, level: number): Value {
    const items: Item[] = [];
    this.skipLines();
    while (!this.take(']')) {
      items.push({ value: this.#value(level + 1), isShared: false });
      this.skipLines();
      if (!this.take(',') && this.source.text.charAt(this.at) !== ']') this.#refuse();
      this.skipLines();
    }
    return { kind: 'list', span: { start, end: this.at }, style: 'read-only', items };
  }

  #table(start: number, level: number): Value {
    const entries = new Map<string, Entry>();
    this.skipLines();
    while (!this.take('}')) {
      const { key, keySpan, value } = this.entry(level + 1);
      entries.set(key.join('.'), { keySpan, value, isShared: false });
      this.skipLines();
      if (!this.take(',') && this.source.text.charAt(this.at) !== '}') this.#refuse();
      this.skipLines();
    }
    return { kind: 'mapping', span: { start, end: this.at }, style: 'read-only', entries };
  }

  #string(): (Value & { readonly text: string }) | undefined {
    const start = this.at;
    const found = this.#match(STRING);
    if (found === undefined) return undefined;
    const [, longBasic, longLiteral, basic, literal] = found;
    const long = (longBasic ?? longLiteral)?.replace(/^\r?\n/, '');
    const text = long ?? (basic === undefined ? (literal ?? '') : unescaped(basic));
    return { kind: 'scalar', span: { start, end: this.at }, content: text, text };
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source.text) ?? undefined;
    if (found !== undefined) this.at += found[0].length;
    return found;
  }

  #refuse(): never {
    const line = this.source.lineText(this.source.positionAt(this.at).line).trim().slice(0, 40);
    throw new UnusableInput({
      code: 'BROKEN_SYNTAX',
      file: this.source.path,
      ...this.source.positionAt(this.at),
      problem: `this is not TOML: ${JSON.stringify(line)}.`,
      remedy: 'Write key = value, with text in quotes, below headings such as [env].',
    });
  }
}

function contentOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text.replaceAll('_', ''));
  return Number.isNaN(number) ? text : number;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/g,
    (whole, short?: string, long?: string, one = '') => {
      const code = Number.parseInt(short ?? long ?? '', 16);
      if (Number.isNaN(code)) return ESCAPES[String(one)] ?? String(one);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
