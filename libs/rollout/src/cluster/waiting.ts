interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Waits for states: a change of state wakes every waiter, which looks again. */
export class Waiting {
  readonly #waiters = new Set<Waiter>();
  #failure: { readonly error: unknown } | undefined;

  /** Resolves as soon as it is so. `isMet` may throw: the wait then rejects with that. */
  until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.add({ isMet, resolve, reject });
      this.look();
    });
  }

  /** Something has changed. */
  look(): void {
    for (const waiter of this.#waiters) this.#lookFor(waiter);
  }

  /** Ends every wait. All waiters get the first failure. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.look();
  }

  #lookFor(waiter: Waiter): void {
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (!waiter.isMet()) return;
      waiter.resolve();
    } catch (error) {
      waiter.reject(error);
    }
    this.#waiters.delete(waiter);
  }
}
