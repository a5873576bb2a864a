/** The last values, the oldest first. */
export class Ring<T> {
  readonly #values: T[] = [];

  constructor(private readonly size: number) {}

  get values(): readonly T[] {
    return this.#values;
  }

  push(value: T): void {
    this.#values.push(value);
    if (this.#values.length > this.size) this.#values.shift();
  }
}
