/** Counts the failing readiness answers that have been delivered since the shutdown began. */
export class FailedProbes {
  count = 0;
  #isCounting = false;
  #waiting: (() => void)[] = [];

  /** Answers from now on fail because of the shutdown. */
  begin(): void {
    this.#isCounting = true;
  }

  /** One more has reached whoever asked. */
  readonly delivered = (): void => {
    if (!this.#isCounting) return;
    this.count += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  };

  /** Resolves with the next one. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
