/** A file as it was given: where it came from, and what is in it. */
export interface TextFile {
  /** As it should appear in findings; `<stdin>` for what came through a pipe. */
  readonly path: string;
  readonly text: string;
  /** The files that it was rendered from: what is found is placed there, and comments there silence it. */
  readonly sources?: readonly TextFile[] | undefined;
}

/** A place in a file, as editors count: both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of text, in UTF-16 code units from the start of the file; `end` is the first one after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A file that knows the line and the column of everything in it. */
export class Source implements TextFile {
  readonly path: string;
  readonly text: string;
  readonly sources: readonly TextFile[];
  readonly #lineStarts: readonly number[];

  constructor({ path, text, sources = [] }: TextFile) {
    this.path = path;
    this.sources = sources;
    this.text = text;
    this.#lineStarts = startsOfLines(text);
  }

  /** The line and the column of an offset. */
  positionAt(offset: number): Position {
    let first = 0;
    let last = this.#lineStarts.length - 1;
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      if (this.#lineStart(middle) <= offset) first = middle;
      else last = middle - 1;
    }
    return { line: first + 1, column: offset - this.#lineStart(first) + 1 };
  }

  /** The offset of a line and a column. */
  offsetAt({ line, column }: Position): number {
    return Math.min(this.#lineStart(line - 1) + column - 1, this.text.length);
  }

  /** How many lines there are. */
  get lineCount(): number {
    return this.#lineStarts.length;
  }

  /** The text of a line, without its end; empty for a line that is not there. */
  lineText(line: number): string {
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return '';
    return this.text.slice(start, this.#lineStarts[line] ?? this.text.length).replace(/\r?\n$/, '');
  }

  /** The offset of the end of the line that an offset is in, before its line break. */
  endOfLine(offset: number): number {
    const next = this.text.indexOf('\n', offset);
    if (next === -1) return this.text.length;
    return this.text[next - 1] === '\r' && next > offset ? next - 1 : next;
  }

  /** What ends a line in this file. */
  get lineBreak(): '\n' | '\r\n' {
    return this.text.includes('\r\n') ? '\r\n' : '\n';
  }

  #lineStart(index: number): number {
    return this.#lineStarts[index] ?? 0;
  }
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
