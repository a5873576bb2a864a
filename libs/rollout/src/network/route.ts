import { type AttemptList, type OngoingAttempt } from './attempt-log.js';
import { type Endpoint } from './balancer.js';
import { type AddressState } from './departed-endpoints.js';
import { type UpstreamPool } from './upstream-pool.js';

/** One way for a request to go. */
export interface Destination {
  readonly endpoint: Endpoint;
  readonly address: AddressState;
  readonly pool: UpstreamPool;
  readonly attempt: OngoingAttempt;
}

/** Where one request may go, one endpoint after the other, each once. */
export class Route {
  readonly #tried = new Set<string>();
  #triesLeft: number;

  constructor(
    private readonly attempts: AttemptList,
    private readonly facts: {
      readonly retries: number;
      /** The next endpoint whose name is not among those tried. */
      readonly choose: (tried: ReadonlySet<string>) => Omit<Destination, 'attempt'> | undefined;
      readonly nameOf: (endpoint: Endpoint) => string;
    },
  ) {
    this.#triesLeft = 1 + facts.retries;
  }

  /** `undefined`: there is no endpoint, or none that may still be tried. */
  next(): Destination | undefined {
    if (this.#triesLeft === 0) return undefined;
    const chosen = this.facts.choose(this.#tried);
    if (chosen === undefined) return undefined;
    this.#triesLeft -= 1;
    this.#tried.add(this.facts.nameOf(chosen.endpoint));
    return { ...chosen, attempt: this.attempts.begin(chosen.endpoint.pod) };
  }
}
