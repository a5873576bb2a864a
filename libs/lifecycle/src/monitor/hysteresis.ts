/** What is well, what is not, and what is neither: between the two limits nothing changes. */
export type Reading = 'well' | 'unwell' | 'between';

/** Turns only after the same reading several times in a row, so that neither one bad value nor one at the limit turns it. */
export class Hysteresis {
  #isUnwell = false;
  #inARow = 0;

  /** @param times how many readings in a row it takes, 2 at least */
  constructor(private readonly times: number) {}

  get isUnwell(): boolean {
    return this.#isUnwell;
  }

  /** Takes the next reading. Returns whether it has turned. */
  read(reading: Reading): boolean {
    const wanted: Reading = this.#isUnwell ? 'well' : 'unwell';
    this.#inARow = reading === wanted ? this.#inARow + 1 : 0;
    if (this.#inARow < this.times) return false;
    this.#isUnwell = !this.#isUnwell;
    this.#inARow = 0;
    return true;
  }
}
