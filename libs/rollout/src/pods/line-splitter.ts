import { StringDecoder } from 'node:string_decoder';

/** What is kept of a longer line. */
const LONGEST = 4000;

/** Makes lines of a stream's chunks. A line without an end costs no more memory than one of `LONGEST` characters. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #begun = '';
  #isCut = false;

  constructor(private readonly onLine: (line: string) => void) {}

  write(chunk: Buffer): void {
    const [first = '', ...later] = this.#decoder.write(chunk).split('\n');
    this.#extend(first);
    for (const piece of later) {
      this.#finish();
      this.#extend(piece);
    }
  }

  /** Whatever came after the last line's end is a line as well. */
  end(): void {
    this.#extend(this.#decoder.end());
    if (this.#begun !== '') this.#finish();
  }

  #extend(piece: string): void {
    const room = LONGEST - this.#begun.length;
    this.#isCut ||= piece.length > room;
    this.#begun += piece.slice(0, Math.max(0, room));
  }

  #finish(): void {
    const line = this.#isCut ? `${this.#begun}…` : this.#begun.replace(/\r$/, '');
    this.#begun = '';
    this.#isCut = false;
    this.onLine(line);
  }
}
