/** Two neighbouring buckets differ by this factor: what is read is off by half a percent at most. */
const GROWTH = 1.01;
const SHORTEST_MS = 0.01;

/** How long requests took, in buckets: as large as the spread of the times, however many there are. */
export class LatencyHistogram {
  readonly #buckets: number[] = [];
  #count = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** The longest, exactly; 0 for none. */
  get max(): number {
    return this.#max;
  }

  add(ms: number): void {
    const index = Math.max(0, Math.ceil(Math.log(ms / SHORTEST_MS) / Math.log(GROWTH)));
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#count += 1;
    this.#max = Math.max(this.#max, ms);
  }

  /** The time in milliseconds that this share, 0 to 1, does not exceed; 0 for none. */
  percentile(share: number): number {
    let rest = Math.max(1, Math.ceil(this.#count * share));
    for (const [index, count = 0] of this.#buckets.entries()) {
      rest -= count;
      if (rest <= 0) return Math.min(this.#max, SHORTEST_MS * GROWTH ** (index - 0.5));
    }
    return this.#max;
  }
}
