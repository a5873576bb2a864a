import { AsyncLocalStorage } from 'node:async_hooks';
import { type ServerResponse } from 'node:http';
import { type Clock } from '../deadline/clock.js';
import { wasDelivered } from '../traffic/wire/was-delivered.js';
import { ProbeSenders } from './probe-senders.js';

/** What load balancers and the kubelet take for a failure. */
const LOWEST_FAILURE = 400;

/**
 * Counts the failing readiness answers that have been delivered while the lame duck is waited out: those of requests that
 * have asked for readiness and were told no, whatever their path. Which request asks is known by its asynchronous
 * context; nothing of that exists before the signal, nor when the lame duck is over. Answers to one address count once a
 * second: a client that asks again at once is no second checker.
 */
export class FailedProbes {
  count = 0;
  /** Those that were delivered as well, to an address that had one less than a second before. */
  repeated = 0;
  readonly #served = new AsyncLocalStorage<ServerResponse>();
  readonly #counted = new WeakSet<ServerResponse>();
  #isCounting = false;
  readonly #senders = new ProbeSenders();
  #waiting: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  /** Answers from now on fail because of the shutdown. */
  begin(): void {
    this.#isCounting = true;
  }

  /** Nobody waits for probes any more. */
  end(): void {
    this.#isCounting = false;
    this.#served.disable();
  }

  /** Serves a request, so that it is known whether it asks for readiness. */
  readonly serving = <T>(response: ServerResponse, serve: () => T): T =>
    this.#isCounting ? this.#served.run(response, serve) : serve();

  /** Somebody has asked for readiness, and was told no: where it was a request, its answer says so. */
  readonly refused = (): void => {
    const response = this.#isCounting ? this.#served.getStore() : undefined;
    // A health check may ask more than once.
    if (response === undefined || this.#counted.has(response)) return;
    this.#counted.add(response);
    // Of a connection that has gone it is not known any more.
    const address = response.req.socket.remoteAddress;
    response.once('close', () => {
      if (response.statusCode >= LOWEST_FAILURE && wasDelivered(response)) this.#delivered(address);
    });
  };

  /** Resolves with the next one. */
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
