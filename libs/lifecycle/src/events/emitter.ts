/** A repeated event inside the library. It is created before the parts that listen to it. */
export class Emitter<T> {
  readonly #listeners: ((value: T) => void)[] = [];

  listen(listener: (value: T) => void): void {
    this.#listeners.push(listener);
  }

  /** Calls every listener, in the order in which they were added. */
  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}
