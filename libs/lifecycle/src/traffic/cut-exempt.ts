import { type ServerResponse } from 'node:http';
import { type Clock } from '../deadline/clock.js';
import { type InFlightItem, toItem, type WorkName } from '../in-flight/in-flight-work.js';
import { isSocket } from './connection.js';
import { type Connections } from './connections.js';
import { asWork, type TrackedRequest, wasDelivered } from './tracked-request.js';

interface CutExemptParts {
  readonly clock: Clock;
  readonly connections: Connections;
  readonly nameOf: (response: ServerResponse) => WorkName;
}

/** Exempt requests that were cut: nobody waits for them, and they are named all the same. */
export class CutExempt {
  readonly #cut = new Map<TrackedRequest, InFlightItem>();
  #isLastCall = false;

  constructor(private readonly parts: CutExemptParts) {}

  /** What this side ends from now on without an answer is cut. */
  lastCall(): void {
    this.#isLastCall = true;
  }

  /** All that are unanswered are about to be cut. */
  cutAll(): void {
    for (const request of this.parts.connections.requests()) {
      if (request.kind === 'exempt' && !request.connection.hasPeerLeft) this.#add(request);
    }
  }

  /** One is over, answered or not. */
  ended(request: TrackedRequest): void {
    const { connection, response } = request;
    // A session of HTTP/2 does not say who has ended it.
    const isCut = !wasDelivered(response) && isSocket(connection.carrier) && !connection.hasPeerLeft;
    if (this.#isLastCall && isCut) this.#add(request);
  }

  /** As of now. */
  items(): readonly InFlightItem[] {
    return [...this.#cut.values()];
  }

  #add(request: TrackedRequest): void {
    const { clock, nameOf } = this.parts;
    if (!this.#cut.has(request)) this.#cut.set(request, toItem(asWork(request, 'response', nameOf), clock.now()));
  }
}
