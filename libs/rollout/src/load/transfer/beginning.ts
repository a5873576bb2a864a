/** So much of a body is kept to be quoted. */
const QUOTED_BYTES = 200;

/** So much of a body is searched for what it must have or must not have. */
const SEARCHED_BYTES = 1024 * 1024;

/** What the body of an answer has to have in it. */
export interface ExpectedBody {
  readonly bodyHas: readonly string[] | undefined;
  readonly bodyHasNot: readonly string[] | undefined;
}

/**
 * The beginning of a body, for those who want to know what it said. No more of it is kept than is quoted, or than is searched where
 * something is expected of it.
 */
export class Beginning {
  readonly #parts: Buffer[] = [];
  readonly #most: number;
  #bytes = 0;

  constructor(private readonly expected: ExpectedBody) {
    const isSearched = expected.bodyHas !== undefined || expected.bodyHasNot !== undefined;
    this.#most = isSearched ? SEARCHED_BYTES : QUOTED_BYTES;
  }

  add(bytes: Buffer): void {
    if (this.#bytes >= this.#most) return;
    const part = Buffer.from(bytes.subarray(0, this.#most - this.#bytes));
    this.#parts.push(part);
    this.#bytes += part.length;
  }

  /** In one line. */
  get text(): string {
    return Buffer.concat(this.#parts).subarray(0, QUOTED_BYTES).toString('utf8').replaceAll(/\s+/g, ' ').trim();
  }

  /** What is not as expected of it, byte by byte; `undefined` where all is. */
  get problem(): string | undefined {
    const { bodyHas = [], bodyHasNot = [] } = this.expected;
    if (bodyHas.length === 0 && bodyHasNot.length === 0) return undefined;
    const text = Buffer.concat(this.#parts).toString('latin1');
    const has = (wanted: string): boolean => text.includes(Buffer.from(wanted).toString('latin1'));
    const missing = bodyHas.find((wanted) => !has(wanted));
    if (missing !== undefined) return `the body has no ${JSON.stringify(missing)}`;
    const unwanted = bodyHasNot.find((refused) => has(refused));
    return unwanted === undefined ? undefined : `the body has ${JSON.stringify(unwanted)}`;
  }
}
