import { type JobSource } from './job-source.js';

/** What a consumer asks its queue for: jobs that may be on their way here. */
export class Fetches {
  #running = 0;
  #end: () => void = () => undefined;

  /** The consumer asks for a job. */
  async run(original: () => unknown): Promise<unknown> {
    this.#running += 1;
    try {
      return await original();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#end();
    }
  }

  /** The consumer stops: what is asked for is in flight until it has been answered. */
  stop(source: JobSource): void {
    if (this.#running > 0) this.#end = source.beginFetch();
  }
}
