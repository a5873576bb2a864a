import { type TrackedRequest } from './tracked-request.js';

/**
 * Requests whose client has gone, and whose handler still runs, since nothing stops it. Some handlers never end, such
 * as one that waits for its answer to be sent. Those must not be kept in memory, nor waited for. So a request is held
 * weakly: once nothing can resume its handler, the request is collected, and counts as ended.
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

  /** Follows the handler of a request to its end, if it runs. Returns whether it runs. */
  follow(request: TrackedRequest): boolean {
    const { leftRunning } = request;
    if (leftRunning === undefined) return false;
    const token = {};
    this.#running.set(token, new WeakRef(request));
    this.#collected.register(request, token);
    request.whenOver(() => this.#end(token));
    // The closure is held by whatever can still resume the handler. Errors of the handler are the framework's to
    // handle.
    void Promise.allSettled([leftRunning]).then(() => request.handlerOver());
    return true;
  }

  #end(token: object): void {
    if (this.#running.delete(token)) this.onEnded();
  }
}
