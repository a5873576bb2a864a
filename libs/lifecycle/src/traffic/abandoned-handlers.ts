import { type TrackedRequest } from './tracked-request.js';

/** Requests whose client has gone, and whose handler still runs: what it does, it does all the same. */
export class AbandonedHandlers {
  readonly #requests = new Set<TrackedRequest>();

  /** `onEnded` is called whenever one of them has ended. */
  constructor(private readonly onEnded: () => void) {}

  get size(): number {
    return this.#requests.size;
  }

  get requests(): Iterable<TrackedRequest> {
    return this.#requests;
  }

  /** Follows the handler of a request, if it runs, to its end. */
  async follow(request: TrackedRequest): Promise<void> {
    const { outcome } = request;
    if (!request.isHandled || outcome === undefined) return;
    this.#requests.add(request);
    const answered = new Promise<void>((resolve) => {
      request.onAnswered = resolve;
    });
    // How it ends is for the framework to hear.
    await Promise.race([Promise.allSettled([outcome]), answered]);
    this.#requests.delete(request);
    this.onEnded();
  }
}
