import { type ServerResponse } from 'node:http';
import { type Clock } from '../../deadline/clock.js';
import { type InFlightItem, toItem, type Work, type WorkName } from '../../in-flight/work.js';
import { type OwnLastWord, type Source } from '../../in-flight/work-sources.js';
import { type Connections } from './connections.js';
import { asWork, type TrackedRequest } from './tracked-request.js';
import { wasDelivered } from '../wire/was-delivered.js';

interface ExemptRequestsParts {
  readonly clock: Clock;
  readonly connections: Connections;
  readonly nameOf: (response: ServerResponse) => WorkName;
  /** Called once at the end, if exempt requests were cut. */
  readonly onCut: (items: readonly InFlightItem[]) => void;
}

/** Exempt requests: the drain does not wait for them, and the report names those that were cut. */
export class ExemptRequests implements Source {
  readonly name = 'exempt requests';
  readonly isAwaited = false;
  readonly ended = 0;
  /** How many were unfinished when the drain ended. */
  left = 0;
  readonly #cut = new Map<TrackedRequest, InFlightItem>();
  #haveHooksRun = false;

  constructor(private readonly parts: ExemptRequestsParts) {}

  get size(): number {
    return [...this.#open()].length;
  }

  *active(): Iterable<Work> {
    for (const request of this.#open()) yield asWork(request, 'response', this.parts.nameOf);
  }

  /** Every unanswered request is about to be cut. */
  terminate(): void {
    for (const request of this.#open()) if (!request.connection.hasPeerLeft) this.#add(request);
  }

  close(): void {
    this.left = this.size;
  }

  beforeDispose(): void {
    this.#haveHooksRun = true;
  }

  destroy(): void {
    this.terminate();
  }

  /** An exempt request is over, answered or not. */
  requestEnded(request: TrackedRequest): void {
    const { connection, response } = request;
    const isCut = !wasDelivered(response) && connection.isEndedHere;
    if (this.#haveHooksRun && isCut) this.#add(request);
  }

  lastWord(isFinal: boolean): OwnLastWord {
    if (!isFinal) return {};
    this.terminate();
    if (this.#cut.size > 0) this.parts.onCut([...this.#cut.values()]);
    return {};
  }

  *#open(): Iterable<TrackedRequest> {
    for (const request of this.parts.connections.requests()) if (request.kind === 'exempt') yield request;
  }

  #add(request: TrackedRequest): void {
    const { clock, nameOf } = this.parts;
    if (!this.#cut.has(request)) this.#cut.set(request, toItem(asWork(request, 'response', nameOf), clock.now()));
  }
}
