import { Field } from '../source/field.js';
import { DEEPEST_LEVEL, guard, TOO_DEEP } from '../source/guard.js';
import { type Source } from '../source/source.js';
import { UnusableInput } from '../source/unusable-input.js';
import { type Entry, type Item, type Scalar, type Value } from '../source/value.js';

/**
 * Reads what a JavaScript file exports, without running it: the object or array literal, with its literals. What has to be
 * computed (variables, calls, templates) is a field without a value. A file that exports no literal has no fields.
 *
 * @throws UnusableInput when the literal does not end, or is nested too deep
 */
export function readJavaScript(source: Source): Field {
  guard(source);
  const start = /(?:module\.exports\s*=|export\s+default)\s*(?=[{[])/.exec(source.text);
  const value = new LiteralReader(source, start === null ? source.text.length : start.index + start[0].length).read();
  return Field.root(source, value.kind === 'scalar' ? emptyMapping(value.span.start) : value);
}

function emptyMapping(at: number): Value {
  return { kind: 'mapping', span: { start: at, end: at }, style: 'read-only', entries: new Map() };
}

const BLANK = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const TEXT = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.|\$(?!\{))*)`/y;
const NUMBER = /-?(?:0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', null],
]);

/** Reads one literal, from an offset on. */
class LiteralReader {
  #level = 0;

  constructor(
    private readonly source: Source,
    private at: number,
  ) {}

  read(): Value {
    this.#skipBlank();
    const start = this.at;
    const literal = this.#literal();
    this.#skipBlank();
    // Something follows the literal, as in `1000 * 60`: then it is not one.
    if (literal !== undefined && this.#isAtEnd()) return literal;
    this.at = start;
    this.#skipExpression();
    return this.#scalar(start, null, '');
  }

  #literal(): Value | undefined {
    switch (this.source.text[this.at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case undefined:
      default:
        return this.#single();
    }
  }

  #single(): Scalar | undefined {
    const start = this.at;
    const text = this.#text();
    if (text !== undefined) return this.#scalar(start, text, text);
    const number = this.#take(NUMBER)?.[0];
    if (number !== undefined) return this.#scalar(start, Number(number.replaceAll('_', '')), number);
    const word = this.#take(WORD)?.[0] ?? '';
    const content = WORDS.get(word);
    return content === undefined ? undefined : this.#scalar(start, content, word);
  }

  #object(): Value {
    const start = this.at;
    const entries = new Map<string, Entry>();
    this.at += 1;
    for (this.#skipBlank(); !this.#closes('}'); this.#skipComma()) {
      const keyStart = this.at;
      const key = this.#key();
      if (key === undefined) this.#skipExpression();
      else {
        const keySpan = { start: keyStart, end: keyStart + key.length };
        entries.set(key, { keySpan, value: this.read(), isShared: false });
      }
    }
    return { kind: 'mapping', span: { start, end: this.at }, style: 'read-only', entries };
  }

  #array(): Value {
    const start = this.at;
    const items: Item[] = [];
    this.at += 1;
    for (this.#skipBlank(); !this.#closes(']'); this.#skipComma()) {
      items.push({ value: this.read(), isShared: false });
    }
    return { kind: 'list', span: { start, end: this.at }, style: 'read-only', items };
  }

  /** The key before a colon; `undefined` for spreads, methods, computed and shorthand keys. */
  #key(): string | undefined {
    const start = this.at;
    const key = this.#text() ?? this.#take(WORD)?.[0] ?? this.#take(NUMBER)?.[0];
    this.#skipBlank();
    if (key !== undefined && this.source.text[this.at] === ':') {
      this.at += 1;
      return key;
    }
    this.at = start;
    return undefined;
  }

  #text(): string | undefined {
    const match = this.#take(TEXT);
    if (match === undefined) return undefined;
    return (match[1] ?? match[2] ?? match[3] ?? '').replace(/\\(.)/gs, '$1');
  }

  /** Passes over whatever it is, up to the comma or the bracket that ends it. */
  #skipExpression(): void {
    let open = 0;
    while (this.at < this.source.text.length) {
      if (open === 0 && this.#isAtEnd()) return;
      const char = this.source.text[this.at] ?? '';
      if (this.#take(TEXT) !== undefined || this.#skipBlank()) continue;
      if ('([{'.includes(char)) open += 1;
      if (')]}'.includes(char)) open -= 1;
      this.at += 1;
    }
  }

  #isAtEnd(): boolean {
    const char = this.source.text[this.at];
    return char === undefined || ',}];)'.includes(char) || (this.#level === 0 && this.at > 0);
  }

  #skipComma(): void {
    this.#skipBlank();
    if (this.source.text[this.at] === ',') this.at += 1;
    else if (!'}]'.includes(this.source.text[this.at] ?? '')) throw this.#broken();
    this.#skipBlank();
  }

  #closes(bracket: string): boolean {
    const char = this.source.text[this.at];
    if (char === undefined || ('}])'.includes(char) && char !== bracket)) throw this.#broken();
    if (char === bracket) this.at += 1;
    return char === bracket;
  }

  #nested(read: () => Value): Value {
    this.#level += 1;
    if (this.#level > DEEPEST_LEVEL) throw this.#refuse('TOO_DEEP', TOO_DEEP);
    const value = read();
    this.#level -= 1;
    return value;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source.text) ?? undefined;
    if (match !== undefined) this.at += match[0].length;
    return match;
  }

  #skipBlank(): boolean {
    return this.#take(BLANK) !== undefined;
  }

  #scalar(start: number, content: Scalar['content'], text: string): Scalar {
    return { kind: 'scalar', span: { start, end: this.at }, content, text };
  }

  #broken(): UnusableInput {
    return this.#refuse('BROKEN_SYNTAX', [
      'the object that the file exports does not end properly here.',
      'Correct it; node --check on the file shows when it is right.',
    ]);
  }

  #refuse(code: UnusableInput['code'], [problem, remedy]: readonly [string, string]): UnusableInput {
    return new UnusableInput({ code, file: this.source.path, ...this.source.positionAt(this.at), problem, remedy });
  }
}
