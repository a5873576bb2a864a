const MOST_BYTES = 200;

/** The beginning of a body, for those who want to know what it said; the rest is not kept. */
export class Beginning {
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  add(bytes: Buffer): void {
    if (this.#bytes >= MOST_BYTES) return;
    const part = Buffer.from(bytes.subarray(0, MOST_BYTES - this.#bytes));
    this.#parts.push(part);
    this.#bytes += part.length;
  }

  /** In one line. */
  get text(): string {
    return Buffer.concat(this.#parts).toString('utf8').replaceAll(/\s+/g, ' ').trim();
  }
}
