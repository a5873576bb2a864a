import { availableParallelism } from 'node:os';

/** A renderer waits for files as much as it computes. */
const AT_ONCE = 2 * availableParallelism();

/** Starts programs several at a time, so that a folder with many kustomizations takes no minute. */
export class RenderQueue {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(private readonly most = AT_ONCE) {}

  /** Starts a task as soon as there is a place; rejects as it does. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // Its place goes on to the next one.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
