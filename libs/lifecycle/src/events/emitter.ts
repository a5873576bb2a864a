/** Tells parts of the library of something that happens again and again. Made before the parts that listen. */
export class Emitter<T> {
  readonly #listeners: ((value: T) => void)[] = [];

  listen(listener: (value: T) => void): void {
    this.#listeners.push(listener);
  }

  /** Tells every listener, in the order in which they came. */
  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}
