/** Counts the failing readiness answers that have been delivered since the shutdown began. */
export class FailedProbes {
  count = 0;
  #waiting: (() => void)[] = [];

  /** One more has reached whoever asked. */
  readonly delivered = (): void => {
    this.count += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  };

  /** Resolves with the next one. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
