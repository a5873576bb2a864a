import { GatheredBytes } from '../gathered-bytes.js';

/** Reads fields of Kafka's protocol, in the encoding that is not flexible, one after the other. */
export class KafkaFields {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  int8(): number {
    return this.bytes.readInt8(this.#move(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#move(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#move(4));
  }

  /** Offsets of a rehearsal stay far below what a number holds. */
  int64(): number {
    return Number(this.bytes.readBigInt64BE(this.#move(8)));
  }

  /** Zigzag, in groups of seven bits. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes.readUInt8(this.#move(1));
      value += (byte & 127) * scale;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }

  /** `undefined` for null. */
  text(): string | undefined {
    const length = this.int16();
    return length < 0 ? undefined : this.take(length).toString();
  }

  take(length: number): Buffer {
    const from = this.#move(length);
    return this.bytes.subarray(from, from + length);
  }

  skip(length: number): void {
    this.#move(length);
  }

  /** Nothing for null. */
  list<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }

  #move(length: number): number {
    const from = this.#at;
    if (length < 0 || from + length > this.bytes.length) throw new RangeError('the field is not there to its end');
    this.#at += length;
    return from;
  }
}

/** The length before each message. */
const HEAD = 4;
/** A longer one is none of Kafka: its own brokers take no more. */
const LONGEST = 100 * 1024 * 1024;

/** Cuts what passes into messages of Kafka's protocol, each with its length before it. What is none, as TLS, ends the reading, quietly. */
export class KafkaFrames {
  readonly #gathered = new GatheredBytes();
  #isOver = false;

  constructor(private readonly onFrame: (frame: Buffer) => void) {}

  read(chunk: Buffer): void {
    if (this.#isOver) return;
    let bytes = this.#gathered.add(chunk);
    if (bytes === undefined) return;
    let wanted = HEAD;
    while (bytes.length >= HEAD) {
      const length = bytes.readInt32BE(0);
      if (length < 0 || length > LONGEST) return this.#end();
      wanted = HEAD + length;
      if (bytes.length < wanted) break;
      this.onFrame(bytes.subarray(HEAD, wanted));
      bytes = bytes.subarray(wanted);
      wanted = HEAD;
    }
    this.#gathered.keep(bytes, wanted);
  }

  #end(): void {
    this.#isOver = true;
    this.#gathered.clear();
  }
}
