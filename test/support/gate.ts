import { killAfterTest } from './started-programs.js';

/** A door that only the test opens. What comes to it waits; the test can wait until something waits. */
export class Gate {
  #arrivals = 0;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #open: () => void = () => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor() {
    // A failing test leaves nothing waiting.
    killAfterTest({ kill: async () => this.open() });
  }

  /** Waits until the test opens the gate. */
  pass(): Promise<void> {
    this.#arrivals += 1;
    for (const { count, resolve } of this.#waiting) if (this.#arrivals >= count) resolve();
    return this.#opened;
  }

  /** Resolves once `count` have come to the gate. */
  reached(count = 1): Promise<void> {
    if (this.#arrivals >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** How many have come to the gate. */
  get arrivals(): number {
    return this.#arrivals;
  }

  open(): void {
    this.#open();
  }
}
