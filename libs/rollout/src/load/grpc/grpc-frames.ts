/** Before each message: one byte that says whether it is compressed, and four of its length. */
const HEAD_BYTES = 5;

/** A message as it goes over the wire, not compressed. */
export function frameOf(message: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Finds the messages in bytes that come in any pieces. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that are whole by now. One that is compressed, which no client here asks for, is `undefined`. */
  read(bytes: Buffer): readonly (Buffer | undefined)[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const messages: (Buffer | undefined)[] = [];
    while (this.#rest.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + this.#rest.readUInt32BE(1);
      if (this.#rest.length < end) break;
      messages.push(this.#rest[0] === 0 ? this.#rest.subarray(HEAD_BYTES, end) : undefined);
      this.#rest = this.#rest.subarray(end);
    }
    return messages;
  }
}
