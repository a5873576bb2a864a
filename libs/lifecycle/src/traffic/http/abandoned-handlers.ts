import { type TrackedRequest } from './tracked-request.js';

/**
 * Requests whose client has gone, and whose handler still runs: what it does, it does all the same. Some never end, such
 * as one that waits for its own answer to be sent; those are nobody's, and must not be kept by us either. So they are
 * only held as long as their handler holds them: what can never run again is collected, and has ended.
 */
export class AbandonedHandlers {
  readonly #running = new Map<object, WeakRef<TrackedRequest>>();
  readonly #collected = new FinalizationRegistry<object>((token) => this.#end(token));

  /** `onEnded` is called whenever one of them has ended. */
  constructor(private readonly onEnded: () => void) {}

  get size(): number {
    return this.#running.size;
  }

  *requests(): Iterable<TrackedRequest> {
    for (const reference of this.#running.values()) {
      const request = reference.deref();
      if (request !== undefined) yield request;
    }
  }

  /** Follows the handler of a request, if it runs, to its end. Says whether it does. */
  follow(request: TrackedRequest): boolean {
    const { leftRunning } = request;
    if (leftRunning === undefined) return false;
    const token = {};
    this.#running.set(token, new WeakRef(request));
    this.#collected.register(request, token);
    request.whenOver(() => this.#end(token));
    // Held by whatever can still wake the handler. How it ends is for the framework to hear.
    void Promise.allSettled([leftRunning]).then(() => request.handlerOver());
    return true;
  }

  #end(token: object): void {
    if (this.#running.delete(token)) this.onEnded();
  }
}
