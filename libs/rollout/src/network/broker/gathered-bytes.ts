/** Bytes that come in chunks. They are put together when there are as many as are wanted, and not for every chunk of a long message. */
export class GatheredBytes {
  #chunks: Buffer[] = [];
  #size = 0;
  #wanted = 0;

  /** All there are; `undefined` while more are wanted. */
  add(chunk: Buffer): Buffer | undefined {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    return this.#size < this.#wanted ? undefined : Buffer.concat(this.#chunks);
  }

  /** Only these are left. They are looked at again when there are so many. */
  keep(rest: Buffer, wanted: number): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    this.#wanted = wanted;
  }

  clear(): void {
    this.#chunks = [];
    this.#size = 0;
  }
}
