/** Reads the fields of a method or of a content header, one after the other (AMQP 0-9-1 §4.2.5). */
export class FieldReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  byte(): number {
    this.#at += 1;
    return this.bytes.readUInt8(this.#at - 1);
  }

  short(): number {
    this.#at += 2;
    return this.bytes.readUInt16BE(this.#at - 2);
  }

  long(): number {
    this.#at += 4;
    return this.bytes.readUInt32BE(this.#at - 4);
  }

  /** Delivery tags count from 1: they stay far below what a number holds. */
  longLong(): number {
    this.#at += 8;
    return Number(this.bytes.readBigUInt64BE(this.#at - 8));
  }

  text(): string {
    const length = this.byte();
    this.#at += length;
    return this.bytes.toString('utf8', this.#at - length, this.#at);
  }

  skipTable(): void {
    const length = this.long();
    this.#at += length;
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
