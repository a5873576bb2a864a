import { AsyncLocalStorage } from 'node:async_hooks';
import { type ServerResponse } from 'node:http';
import { type Clock } from '../deadline/clock.js';
import { wasDelivered } from '../traffic/wire/was-delivered.js';
import { ProbeSenders } from './probe-senders.js';

/** The lowest status that load balancers and the kubelet take for a failure. */
const LOWEST_FAILURE = 400;

/**
 * Counts the failing readiness answers that are delivered during the lame duck: those to requests that asked for
 * readiness, on any path. Which request asks is known from its asynchronous context, which exists only during the lame
 * duck. Answers to one address count once a second: a client that asks again at once is not a second health checker.
 */
export class FailedProbes {
  count = 0;
  /** How many more were delivered to an address that had one less than a second before. */
  repeated = 0;
  readonly #served = new AsyncLocalStorage<ServerResponse>();
  readonly #counted = new WeakSet<ServerResponse>();
  #isCounting = false;
  readonly #senders = new ProbeSenders();
  #waiting: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  /** Readiness fails from now on because of the shutdown. */
  begin(): void {
    this.#isCounting = true;
  }

  /** The lame duck is over: stops counting. */
  end(): void {
    this.#isCounting = false;
    this.#served.disable();
  }

  /** Serves a request in its own asynchronous context, which shows later whether it asked for readiness. */
  readonly serving = <T>(response: ServerResponse, serve: () => T): T =>
    this.#isCounting ? this.#served.run(response, serve) : serve();

  /** Readiness was asked for and failed. If a request asked, its answer counts. */
  readonly refused = (): void => {
    const response = this.#isCounting ? this.#served.getStore() : undefined;
    // A health check may ask more than once.
    if (response === undefined || this.#counted.has(response)) return;
    this.#counted.add(response);
    // Read now, because a closed connection has no address.
    const address = response.req.socket.remoteAddress;
    response.once('close', () => {
      if (response.statusCode >= LOWEST_FAILURE && wasDelivered(response)) this.#delivered(address);
    });
  };

  /** Resolves with the next failing answer that counts. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #delivered(address: string | undefined): void {
    if (!this.#isCounting) return;
    if (!this.#senders.counts(address, this.clock.now())) {
      this.repeated += 1;
      return;
    }
    this.count += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
