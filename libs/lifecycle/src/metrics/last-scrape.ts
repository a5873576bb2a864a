import { type Deadline } from '../deadline/deadline.js';
import { deferred } from '../deadline/deferred.js';

/** Waits, once the report is made, until Prometheus has fetched the final values. */
export class LastScrape {
  readonly #scraped = deferred();
  #areFinal = false;

  /**
   * The values will not change any more. Resolves when they have been fetched.
   *
   * @returns whether that was in time
   */
  async wait(deadline: Deadline): Promise<boolean> {
    this.#areFinal = true;
    const settled = await deadline.settle(this.#scraped.promise);
    return settled.how === 'done';
  }

  /** A scrape begins. Returns what to call when its answer is sent: one that began before the end has not seen it. */
  begin(): () => void {
    return this.#areFinal ? this.#scraped.resolve : () => undefined;
  }
}
