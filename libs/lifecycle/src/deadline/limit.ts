/** A moment that can be moved ahead while deadlines depend on it. */
export class Limit {
  #at = Number.POSITIVE_INFINITY;
  readonly #watchers = new Set<() => void>();

  /** Monotonic milliseconds; infinite until it is moved. */
  get at(): number {
    return this.#at;
  }

  /** Moves it to an earlier moment, never to a later one. */
  moveTo(at: number): void {
    if (at >= this.#at) return;
    this.#at = at;
    for (const moved of [...this.#watchers]) moved();
  }

  /** Calls `moved` whenever the limit has moved. Returns its undo. */
  watch(moved: () => void): () => void {
    this.#watchers.add(moved);
    return () => void this.#watchers.delete(moved);
  }
}
