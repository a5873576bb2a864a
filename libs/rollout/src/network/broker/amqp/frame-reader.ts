import { TruncatedFields } from './field-reader.js';

/** Of AMQP 0-9-1 §4.2.3. */
export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
}

/** Type, channel and size before the payload. */
const HEAD = 7;
/** What a client says first: the protocol header of AMQP 0-9-1 (§4.2.2). AMQP 1.0 has another one, and other frames. */
const GREETING = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);
/** Brokers and clients agree on 128 kB as a rule. What would be longer than this is no frame, and is not gathered. */
const LONGEST = 16 * 1024 * 1024;

/** Cuts what passes into frames. What is no AMQP ends the reading, quietly: the bytes go on as they are. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(
    private readonly onFrame: (frame: Frame) => void,
    /** Whether a greeting comes first: from the client. */
    private hasGreeting: boolean,
  ) {}

  read(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.hasGreeting) {
      if (this.#rest.length < GREETING.length) return;
      this.hasGreeting = false;
      if (!this.#rest.subarray(0, GREETING.length).equals(GREETING)) return this.#end();
      this.#rest = this.#rest.subarray(GREETING.length);
    }
    while (this.#rest.length >= HEAD) {
      const length = HEAD + this.#rest.readUInt32BE(3) + 1;
      if (length > LONGEST) return this.#end();
      if (this.#rest.length < length) return;
      if (this.#rest[length - 1] !== 0xce) return this.#end();
      const payload = this.#rest.subarray(HEAD, length - 1);
      this.#pass({ type: this.#rest.readUInt8(0), channel: this.#rest.readUInt16BE(1), payload });
      this.#rest = this.#rest.subarray(length);
    }
  }

  #pass(frame: Frame): void {
    try {
      this.onFrame(frame);
    } catch (error) {
      if (!(error instanceof TruncatedFields)) throw error;
      this.#end();
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#rest = Buffer.alloc(0);
  }
}
