import { type TrackedRequest } from './tracked-request.js';

/** The unfinished requests of one connection, in order. Nearly always there is only one, which needs no array. */
export class OpenRequests {
  #newest: TrackedRequest | undefined = undefined;
  #older: TrackedRequest[] | undefined = undefined;

  get newest(): TrackedRequest | undefined {
    return this.#newest;
  }

  get isEmpty(): boolean {
    return this.#newest === undefined;
  }

  add(request: TrackedRequest): void {
    if (this.#newest !== undefined) (this.#older ??= []).push(this.#newest);
    this.#newest = request;
  }

  remove(request: TrackedRequest): void {
    if (request === this.#newest) {
      this.#newest = this.#older?.pop();
      return;
    }
    const index = this.#older?.indexOf(request) ?? -1;
    if (index >= 0) this.#older?.splice(index, 1);
  }

  /** A copy: requests that end meanwhile stay in it. */
  all(): TrackedRequest[] {
    return this.#newest === undefined ? [] : [...(this.#older ?? []), this.#newest];
  }
}
