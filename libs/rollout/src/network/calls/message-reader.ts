/** The head of an HTTP/1.1 message as it passed. */
export interface MessageHead {
  /** The request line, or the status line. */
  readonly first: string;
  /** By names in lower case; of a header that is there twice, the last. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What follows a head: nothing, so many bytes, chunks, everything until the connection ends, or another protocol. */
export type Framing =
  | { readonly kind: 'none' | 'chunked' | 'until-end' | 'other' }
  | { readonly kind: 'length'; readonly bytes: number };

/** What is called as messages pass. */
export interface MessageReaderParts {
  /** Says what follows this head. */
  readonly onHead: (head: MessageHead) => Framing;
  /** A piece of a body. */
  readonly onBody?: (bytes: Buffer) => void;
  readonly onEnd: () => void;
  /** What passes is no HTTP/1.1, from here on. */
  readonly onOther: () => void;
}

type State =
  | { readonly kind: 'head' | 'chunk-size' | 'trailers' | 'until-end' | 'other' }
  | { readonly kind: 'length' | 'chunk'; left: number };

const HEAD_END = '\r\n\r\n';
const LINE_END = '\r\n';

/** A head or a line that is longer is none that is read. */
const LONGEST_HEAD = 256 * 1024;

/**
 * Reads the HTTP/1.1 messages of one direction of a connection (RFC 9112), as they pass, and keeps none of their bodies. It has no part in
 * what passes: what it cannot read is of another protocol for it, and goes on its way all the same.
 */
export class MessageReader {
  #buffered: Buffer = Buffer.alloc(0);
  #state: State = { kind: 'head' };

  constructor(private readonly parts: MessageReaderParts) {}

  write(chunk: Buffer): void {
    if (this.#state.kind === 'other') return;
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    while (this.#step());
  }

  /** The direction has ended in good order: a body without a length of its own ends with it. */
  end(): void {
    if (this.#state.kind !== 'until-end') return;
    this.#state = { kind: 'head' };
    this.parts.onEnd();
  }

  /** Whether there is more to read. */
  #step(): boolean {
    switch (this.#state.kind) {
      case 'head':
        return this.#readHead();
      case 'length':
      case 'chunk':
        return this.#readBody(this.#state);
      case 'chunk-size':
        return this.#readChunkSize();
      case 'trailers':
        return this.#readTrailer();
      case 'until-end':
        if (this.#buffered.length > 0) this.parts.onBody?.(this.#take(this.#buffered.length));
        return false;
      case 'other':
        return false;
    }
  }

  #readHead(): boolean {
    // A client may send empty lines between messages (RFC 9112 §2.2).
    while (this.#buffered.subarray(0, 2).equals(Buffer.from(LINE_END))) this.#take(2);
    const end = this.#buffered.indexOf(HEAD_END);
    if (end === -1) return this.#isHopeless() && this.#giveUp();
    const head = headOf(this.#take(end + HEAD_END.length).toString('latin1', 0, end));
    if (head === undefined) return this.#giveUp();
    this.#follow(this.parts.onHead(head));
    return true;
  }

  #follow(framing: Framing): void {
    switch (framing.kind) {
      case 'none':
        return this.#finish();
      case 'length':
        this.#state = { kind: 'length', left: framing.bytes };
        return framing.bytes === 0 ? this.#finish() : undefined;
      case 'chunked':
        this.#state = { kind: 'chunk-size' };
        return;
      case 'until-end':
        this.#state = { kind: 'until-end' };
        return;
      case 'other':
        this.#giveUp();
    }
  }

  #readBody(state: Extract<State, { left: number }>): boolean {
    if (this.#buffered.length === 0) return false;
    const bytes = this.#take(Math.min(state.left, this.#buffered.length));
    this.parts.onBody?.(bytes);
    state.left -= bytes.length;
    if (state.left > 0) return false;
    if (state.kind === 'chunk') this.#state = { kind: 'chunk-size' };
    else this.#finish();
    return true;
  }

  #readChunkSize(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return this.#isHopeless() && this.#giveUp();
    // What ends the chunk before.
    if (line === '') return true;
    const size = /^([\da-f]{1,8})[\t ]*(?:;|$)/i.exec(line)?.[1];
    if (size === undefined) return this.#giveUp();
    const left = Number.parseInt(size, 16);
    this.#state = left === 0 ? { kind: 'trailers' } : { kind: 'chunk', left };
    return true;
  }

  #readTrailer(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return this.#isHopeless() && this.#giveUp();
    if (line === '') this.#finish();
    return true;
  }

  #finish(): void {
    this.#state = { kind: 'head' };
    this.parts.onEnd();
  }

  #giveUp(): false {
    this.#state = { kind: 'other' };
    this.#buffered = Buffer.alloc(0);
    this.parts.onOther();
    return false;
  }

  #isHopeless(): boolean {
    if (this.#buffered.length > LONGEST_HEAD) return true;
    const line = this.#buffered.subarray(0, 16).toString('latin1');
    return this.#state.kind === 'head' && line !== '' && !/^[!#$%&'*+\-.^_`|~\w]+(?:[ /].*)?$/s.test(line);
  }

  #takeLine(): string | undefined {
    const end = this.#buffered.indexOf(LINE_END);
    return end === -1 ? undefined : this.#take(end + LINE_END.length).toString('latin1', 0, end);
  }

  #take(bytes: number): Buffer {
    const taken = this.#buffered.subarray(0, bytes);
    this.#buffered = this.#buffered.subarray(bytes);
    return taken;
  }
}

const FIRST_LINE = /^(?:[!#$%&'*+\-.^_`|~\w]+ \S+ HTTP\/1\.[01]|HTTP\/1\.[01] \d{3}(?: .*)?)$/;

function headOf(text: string): MessageHead | undefined {
  const [first = '', ...lines] = text.split(LINE_END);
  if (!FIRST_LINE.test(first)) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return { first, headers };
}

/** What follows the head of a request (RFC 9112 §6.3). */
export function framingOfRequest({ headers }: MessageHead): Framing {
  return bodyOf(headers) ?? { kind: 'none' };
}

/** What follows the head of the answer to a request of that method. */
export function framingOfAnswer({ headers }: MessageHead, status: number, method: string): Framing {
  if (status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)) return { kind: 'other' };
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  return bodyOf(headers) ?? { kind: 'until-end' };
}

function bodyOf(headers: MessageHead['headers']): Framing | undefined {
  if (/\bchunked$/i.test(headers.get('transfer-encoding') ?? '')) return { kind: 'chunked' };
  const length = headers.get('content-length');
  return length !== undefined && /^\d{1,15}$/.test(length) ? { kind: 'length', bytes: Number(length) } : undefined;
}
