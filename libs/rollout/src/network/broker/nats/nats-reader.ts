/** One operation of the protocol of NATS, with what follows its line. */
export interface NatsOperation {
  /** In capitals. */
  readonly verb: string;
  /** The words after it. */
  readonly words: readonly string[];
  readonly headers: string;
  readonly payload: Buffer;
}

/** A line that is longer is none of NATS. */
const LONGEST_LINE = 64 * 1024;
const NONE = Buffer.alloc(0);

/** Verbs that a payload follows, and those with headers in it. */
const WITH_PAYLOAD: ReadonlySet<string> = new Set(['PUB', 'HPUB', 'MSG', 'HMSG']);
const WITH_HEADERS: ReadonlySet<string> = new Set(['HPUB', 'HMSG']);

/** Cuts what passes into operations. What is no NATS, or goes on in TLS, ends the reading, quietly. */
export class NatsReader {
  #rest: Buffer = NONE;
  #isOver = false;

  constructor(private readonly onOperation: (operation: NatsOperation) => void) {}

  read(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const lineEnd = this.#rest.indexOf('\r\n');
      if (lineEnd === -1) {
        if (this.#rest.length > LONGEST_LINE) this.#end();
        return;
      }
      const [verb = '', ...words] = this.#rest.toString('utf8', 0, lineEnd).split(/[ \t]+/);
      const taken = this.#take(verb.toUpperCase(), words, lineEnd + 2);
      if (taken === undefined) return;
      this.#rest = this.#rest.subarray(taken);
    }
  }

  /** How many bytes the operation takes; `undefined` where not all of it is there. */
  #take(verb: string, words: readonly string[], begin: number): number | undefined {
    if (!WITH_PAYLOAD.has(verb)) {
      this.onOperation({ verb, words, headers: '', payload: NONE });
      return begin;
    }
    const size = Number(words.at(-1));
    const headerSize = WITH_HEADERS.has(verb) ? Number(words.at(-2)) : 0;
    if (!Number.isInteger(size) || !Number.isInteger(headerSize) || size < headerSize) {
      this.#end();
      return undefined;
    }
    const end = begin + size;
    if (this.#rest.length < end + 2) return undefined;
    const headers = this.#rest.toString('utf8', begin, begin + headerSize);
    this.onOperation({ verb, words, headers, payload: this.#rest.subarray(begin + headerSize, end) });
    return end + 2;
  }

  #end(): void {
    this.#isOver = true;
    this.#rest = NONE;
  }
}
