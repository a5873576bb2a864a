/** A method or a content header ends before its last field: it is none of AMQP 0-9-1. */
export class TruncatedFields extends Error {}

/** Reads the fields of a method or of a content header, one after the other (AMQP 0-9-1 §4.2.5). Each throws `TruncatedFields` where the bytes end before it. */
export class FieldReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  byte(): number {
    return this.bytes.readUInt8(this.#pass(1));
  }

  short(): number {
    return this.bytes.readUInt16BE(this.#pass(2));
  }

  long(): number {
    return this.bytes.readUInt32BE(this.#pass(4));
  }

  /** Delivery tags count from 1: they stay far below what a number holds. */
  longLong(): number {
    return Number(this.bytes.readBigUInt64BE(this.#pass(8)));
  }

  text(): string {
    const begin = this.#pass(this.byte());
    return this.bytes.toString('utf8', begin, this.#at);
  }

  skipTable(): void {
    this.#pass(this.long());
  }

  /** Where the field of that length begins. */
  #pass(length: number): number {
    const begin = this.#at;
    this.#at += length;
    if (this.#at > this.bytes.length) throw new TruncatedFields();
    return begin;
  }
}

/** Of a content header: how long the body is, and the two properties by which messages are told apart. */
export interface ContentHeader {
  readonly bodySize: number;
  readonly correlationId: string | undefined;
  readonly messageId: string | undefined;
}

/** Bits of the property flags, and how each property before the last one of interest is read. */
const PROPERTIES: readonly (readonly [bit: number, name: string, read: (reader: FieldReader) => unknown])[] = [
  [15, 'contentType', (reader) => reader.text()],
  [14, 'contentEncoding', (reader) => reader.text()],
  [13, 'headers', (reader) => reader.skipTable()],
  [12, 'deliveryMode', (reader) => reader.byte()],
  [11, 'priority', (reader) => reader.byte()],
  [10, 'correlationId', (reader) => reader.text()],
  [9, 'replyTo', (reader) => reader.text()],
  [8, 'expiration', (reader) => reader.text()],
  [7, 'messageId', (reader) => reader.text()],
];

export function readContentHeader(payload: Buffer): ContentHeader {
  const reader = new FieldReader(payload);
  reader.short();
  reader.short();
  const bodySize = reader.longLong();
  const flags = reader.short();
  const found = new Map<string, unknown>();
  for (const [bit, name, read] of PROPERTIES) if ((flags & (1 << bit)) !== 0) found.set(name, read(reader));
  const textOf = (name: string): string | undefined => {
    const value = found.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  return { bodySize, correlationId: textOf('correlationId'), messageId: textOf('messageId') };
}
